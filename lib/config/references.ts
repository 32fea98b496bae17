const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const WHOLE_REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
/** Keys whose values must not stand in the file, which is copied, committed and shown to others. */
const SECRETS = new Set(['secret', 'password', 'routingKey', 'token']);

type Problem = { path: (string | number)[]; message: string };

/**
 * Replaces `${NAME}` in all texts below `value` by what `read` knows of that name. Secrets must be such references:
 * one that stands there in the open is a problem, as is a name without a value.
 * @param read a variable of the environment, or the content of the file that `NAME_FILE` names
 */
export function withReferences(
  value: unknown,
  read: (name: string) => string | undefined,
  report: (problem: Problem) => void,
  path: (string | number)[] = [],
): unknown {
  if (typeof value === 'string') return replaced(value, read, report, path);
  if (Array.isArray(value)) return value.map((each, index) => withReferences(each, read, report, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  const isSlack = 'kind' in value && value.kind === 'slack';
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const here = [...path, key];
      const isSecret = SECRETS.has(key) || (isSlack && key === 'url');
      if (isSecret && typeof each === 'string' && !WHOLE_REFERENCE.test(each))
        report({
          path: here,
          message: `this is a secret, which does not belong in a file: write "\${NAME}" and set NAME, or NAME_FILE for a file that holds it`,
        });
      return [key, withReferences(each, read, report, here)];
    }),
  );
}

function replaced(
  text: string,
  read: (name: string) => string | undefined,
  report: (problem: Problem) => void,
  path: (string | number)[],
): string {
  return text.replace(REFERENCE, (_, name: string) => {
    const value = read(name);
    if (value !== undefined) return value;
    report({ path, message: `${name} is not set, and neither is ${name}_FILE` });
    return '';
  });
}
