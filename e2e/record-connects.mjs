import { appendFileSync } from 'node:fs';
import dns from 'node:dns';
import net from 'node:net';

// Loaded before everything else by the tests: writes down each name that is looked up and each address that is connected to.
const file = process.env.TAILBACK_TEST_CONNECTS;
const note = (what) => appendFileSync(file, `${what}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function record(...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const to = typeof first === 'object' && first !== null ? first : { port: first, host: args[1] };
  if (to.path === undefined) note(`connect ${to.host ?? 'localhost'}`);
  return connect.apply(this, args);
};
for (const [owner, name] of [
  [dns, 'lookup'],
  [dns.promises, 'lookup'],
  [dns, 'resolve'],
  [dns.promises, 'resolve'],
]) {
  const original = owner[name];
  owner[name] = function record(host, ...rest) {
    note(`${name} ${host}`);
    return original.call(this, host, ...rest);
  };
}
