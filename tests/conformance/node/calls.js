// What was called of the packages: every function that sends a request, and every field of what it is given.
'use strict';

const offered = new Map();
const fields = new Map();
const sources = new WeakMap();

// The subscriptions in which something was called since the last who asked.
exports.touched = new Set();

// What a function is given, handed on so that each field that it asks for is noted, with whether it was there.
function observed(value, path) {
  if (value === null || typeof value !== 'object') return value;
  const source = sources.get(value) ?? value;
  const isPlain = Array.isArray(source) || Object.getPrototypeOf(source) === Object.prototype;
  if (!isPlain) return source;
  const proxy = new Proxy(source, {
    get(target, name) {
      const found = target[name];
      if (typeof name === 'symbol' || typeof found === 'function' || name in Object.prototype) return found;
      if (Array.isArray(target)) return name === 'length' ? found : observed(found, `${path}[]`);
      const below = `${path}.${name}`;
      fields.set(below, fields.get(below) || (found !== undefined && found !== null));
      return observed(found, below);
    },
  });
  sources.set(proxy, source);
  return proxy;
}

function watchEach(owner, group, client) {
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(owner))) {
    if (name === 'constructor') continue;
    const original = owner[name];
    const label = `${group}.${name}`;
    offered.set(label, offered.get(label) ?? false);
    owner[name] = (...given) => {
      offered.set(label, true);
      exports.touched.add(client.credentials.subscriptionId);
      return original.apply(
        owner,
        given.map((one, index) => observed(one, `${label} ${index}`)),
      );
    };
  }
}

// Note from here on what is called of a client of a package, in its groups of operations and in itself.
exports.watched = (name, client) => {
  const isGroup = (one) => one && typeof one === 'object' && one.client === client;
  for (const [group, operations] of Object.entries(client).filter(([, one]) => isGroup(one))) {
    watchEach(operations, `${name}.${group}`, client);
  }
  watchEach(client, name, client);
  return client;
};

// Functions that were never called, and fields that were asked for and never given.
exports.uncalled = () => [...offered].filter(([, called]) => !called).map(([label]) => label);
exports.unfilled = () => [...fields].filter(([, filled]) => !filled).map(([path]) => path);
