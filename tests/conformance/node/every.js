// All tests beside this in one process, each file with a subscription of its own; then, what they have not tried.
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const left = require('./left');
const { touched, uncalled, unfilled } = require('./calls');

const { ASM_CONTROL } = process.env;

for (const script of fs
  .readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.js'))
  .sort()) {
  process.env.ASM_SUBSCRIPTION = randomUUID();
  delete require.cache[require.resolve('./clients')];
  require(path.join(__dirname, script));
}

// Lists of parts are told as one part, whichever of them it was.
const unread = new Set();
const numberless = (field) => field.replaceAll(/\[\d+\]/g, '');
const without = (fields, others) => [...fields].filter((field) => !others.includes(field));

test('every function was called', () => assert.deepEqual(uncalled(), []));

test('every field was filled, but those that are left', () => {
  assert.deepEqual([without(unfilled(), left.unfilled), without(left.unfilled, unfilled())], [[], []]);
});

test('what is left to be unread is not read', () => assert.deepEqual(without(left.unread, [...unread]), []));

// What the packages send is all read.
test.afterEach(async () => {
  for (const subscription of touched) {
    const journal = `${ASM_CONTROL}/subscriptions/${subscription}/journal`;
    const { exchanges } = await (await fetch(journal)).json();
    await fetch(journal, { method: 'DELETE' });
    touched.delete(subscription);
    const found = exchanges.flatMap((one) => one.unread.map((field) => `${one.operation} ${numberless(field)}`));
    found.forEach((field) => unread.add(field));
    assert.deepEqual(without(found, left.unread), []);
  }
});
