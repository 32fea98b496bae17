import { visibleLine, visibleText } from '../format/visible-text';
import { cn } from './cn';

type Props = { children: string; className?: string; title?: boolean };

/** Hostile text on one line: isolated from the direction of what stands around it, nothing invisible in it. */
export function JobLine({ children, className, title = false }: Props) {
  const text = visibleLine(children);
  return (
    <bdi className={className} {...(title ? { title: text } : {})}>
      {text}
    </bdi>
  );
}

/** Hostile text over several lines. */
export function JobBlock({ children, className }: { children: string; className?: string }) {
  return (
    <pre
      dir="ltr"
      className={cn(
        'font-mono text-xs leading-[1.15rem] whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]',
        className,
      )}
    >
      {visibleText(children)}
    </pre>
  );
}
