const ADDRESS = '<address>';

/** Words with digits that name a technique, not a thing. */
const TECHNICAL =
  /^(?:utf-?(?:8|16)|base(?:32|58|64)(?:url)?|sha-?(?:1|256|384|512)|md5|s3|ec2|http[123]?|http\/[123](?:\.[01])?|h2|ipv[46]|oauth2?|x509|i18n|k8s|mp[34]|h26[45]|u?int(?:8|16|32|64)|uint8array|float(?:32|64)|es\d{1,4}|tls(?:v?1(?:[._][0-3])?)?|v[0-9]|latin1|rsa\d{0,4}|aes-?(?:128|256)|p256|web3|ed25519|oauth1|log4j|neo4j|2fa|3ds|gb18030|win32|x64|x86|arm64|amd64)$/i;
/** Codes that databases, compilers and runtimes give to kinds of errors. */
const CODE = /^(?:[EPC]\d{4,5}|TS\d{4,5}|ORA-\d{5}|SQLSTATE\S{0,10}|[A-Z]{2,}(?:_?[A-Z]*\d?[A-Z]*_[A-Z_]+))$/;
/** Words after which a number is a code. */
const BEFORE_CODE = new Set(
  'code status statuscode status_code http http/1.1 http/1.0 http/2 errno exit sqlstate errorcode error_code signal'.split(
    ' ',
  ),
);
/** Node's words for what happened to a connection: the next word is where to. */
const BEFORE_ADDRESS = new Set(
  'econnrefused econnreset etimedout enotfound eai_again ehostunreach enetunreach econnaborted ehostdown eaddrnotavail'.split(
    ' ',
  ),
);
const HOST_ENDS = new Set(
  'com net org io dev app co internal local localhost localdomain cloud lan test example invalid edu gov info biz ai eu de fr uk us nl ch at it es pl se jp cn in br ru au ca svc cluster arpa xyz online shop tech'.split(
    ' ',
  ),
);
const UNIT = /^[+-]?[\d.,_]+(ms|s|sec|secs|seconds|m|min|h|d|b|kb|kib|mb|mib|gb|gib|tb|px|rpm|%|x)$/i;
const NUMBER = /^[+-]?(?:0x[0-9a-f]+|[\d][\d.,_]*(?:e[+-]?\d+)?)$/i;
const IP4 = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:\/\d{1,3})?$/;
const IP6 = /^[0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,12}(?:%[\w]{1,16})?$/i;
const DATE = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:T[\d:.,+Z-]{0,40})?$/;
const CLOCK = /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?Z?$/;
const CALENDAR = /^(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i;
const ZONE = /^(?:GMT|UTC)[+-]\d{1,4}$/;

/** One word of a message without what may differ; `before`: the word before it, in lower case, `beforeThat` the one before. */
export function wordWithout(word: string, before: string, beforeThat: string): string {
  if (BEFORE_ADDRESS.has(before) && /[.:\d]|^[a-z][\w-]*$/.test(word))
    return isPath(word) ? pathWithout(word) : ADDRESS;
  // Old versions of Node say a host twice, with its port the second time.
  if (BEFORE_ADDRESS.has(beforeThat) && /^[\w.-]+:\d{1,5}$/.test(word)) return ADDRESS;
  if (before === 'job' && /[\d:]/.test(word)) return '#';
  const scheme = /^([a-z][a-z0-9+.-]{1,20}):\/\//i.exec(word);
  if (scheme) return urlWithout(word, scheme[0].length, (scheme[1] as string).toLowerCase());
  if (!/\d/.test(word)) return plainWord(word);
  if (/^(?:arn|urn):/i.test(word)) return '<arn>';
  if (BEFORE_CODE.has(before.replace(/:$/, '')) && /^[\dA-Z]{1,6}$/.test(word)) return word;
  if (/^(?:code|status|http|errno)[:/-]\d{1,5}$/i.test(word) || CODE.test(word) || TECHNICAL.test(word)) return word;
  // Mail servers: 550 5.1.1.
  if (/^[245]\.\d{1,3}\.\d{1,3}$/.test(word) || /^[245]\d\d-[245]\.\d{1,3}\.\d{1,3}$/.test(word)) return word;
  const unit = UNIT.exec(word);
  if (unit) return `#${(unit[1] as string).toLowerCase()}`;
  if (NUMBER.test(word) && !IP4.test(word)) return '#';
  if (DATE.test(word) || CLOCK.test(word) || ZONE.test(word)) return '#';
  if (isAddress(word)) return ADDRESS;
  if (isPath(word)) return pathWithout(word);
  return partsWithout(word);
}

function plainWord(word: string): string {
  if (word.length < 4) return word;
  if (/^(?:arn|urn):/i.test(word)) return '<arn>';
  if (CALENDAR.test(word)) return word;
  if (/^::[\da-f]?/i.test(word) && IP6.test(word)) return ADDRESS;
  if (isAddress(word)) return ADDRESS;
  if (isPath(word)) return pathWithout(word);
  return /^[a-f]{8,}$/.test(word) ? '#' : partsWithout(word);
}

function isAddress(word: string): boolean {
  if (/^[^@/]{1,200}@[\w-]{1,100}(?:\.[\w-]{1,100}){0,8}$/.test(word)) return true;
  if (IP4.test(word) || (IP6.test(word) && /::|[a-f]|(?::.*){3}/i.test(word))) return true;
  const colon = word.lastIndexOf(':');
  const isPort = colon > 0 && /^\d{2,5}$/.test(word.slice(colon + 1));
  const host = isPort ? word.slice(0, colon) : word;
  if (host.length > 253 || !/^[a-z0-9](?:[\w-]*\.)*[\w-]*$/i.test(host)) return false;
  if (host === 'localhost') return true;
  const labels = host.split('.');
  const isNamed = labels.length > 1 && HOST_ENDS.has((labels.at(-1) as string).toLowerCase());
  return isPort ? isNamed || /[.\d-]/.test(host) : isNamed && !labels.includes('');
}

function isPath(word: string): boolean {
  return /^(?:\/|\.{1,2}[\\/]|~\/|[A-Za-z]:\\|\\\\)/.test(word) || (word.match(/[\\/]/g)?.length ?? 0) >= 2;
}

/** Segments with digits go, and so does a file's name: what lies where differs, the folders tell what it is. */
function pathWithout(path: string): string {
  const bare = path.replace(/[?#].*$/s, '');
  const parts = bare.split(/([\\/])/);
  return parts
    .map((part, index) => {
      if (part === '' || part === '/' || part === '\\' || /^v\d{1,2}$/.test(part)) return part;
      if (index === parts.length - 1 && /\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(part)) return '*';
      return /\d/.test(part) || part.includes('%') || isRandom(part) ? '#' : part;
    })
    .join('')
    .replace(/#(?:\/#)+/g, '#');
}

function urlWithout(url: string, start: number, scheme: string): string {
  const slash = url.indexOf('/', start);
  const path = slash < 0 ? '' : pathWithout(url.slice(slash));
  return `${scheme}://<host>${path === '/' ? '' : path}`;
}

const LONG_ID = 16;

/** `order-123`, `cus_9s6XKz`, `shop.users`: parts without digits stay. */
function partsWithout(word: string): string {
  const parts = word.split(/([^\p{L}\p{N}]+)/u);
  const isOneId =
    word.length >= LONG_ID &&
    /^[\w-]+$/.test(word) &&
    parts.some((part) => (part.match(/\d+|[A-Za-z]+/g)?.length ?? 0) >= 3);
  if (isOneId && !/^[a-z]{2,6}_/.test(word)) return '#';
  const isPrefixed = /^[a-z]{2,6}_[A-Za-z0-9]{8,}/.test(word);
  return parts
    .map((part, index) => {
      if (/\d/.test(part)) return TECHNICAL.test(part) || CODE.test(part) ? part : '#';
      return index > 0 && isPrefixed && isRandom(part) ? '#' : part;
    })
    .join('')
    .replace(/^-#/, '#')
    .replace(/#(?:[-._:/+]#)+/g, '#');
}

/** Upper and lower case mixed without a pattern: `AbCdEfGh` and not `lowerCamelCase`. */
function isRandom(part: string): boolean {
  if (part.length < 8 || !/^[A-Za-z]+$/.test(part)) return false;
  if (/^[a-f]+$/.test(part)) return true;
  const humps = part.match(/[a-z][A-Z]/g)?.length ?? 0;
  return humps * 4 >= part.length;
}
