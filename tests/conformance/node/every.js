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

for (const script of fs.readdirSync(__dirname).filter((name) => name.endsWith('.test.js')).sort()) {
  process.env.ASM_SUBSCRIPTION = randomUUID();
  delete require.cache[require.resolve('./clients')];
  require(path.join(__dirname, script));
}

const unknown = (fields, known) => fields.filter((field) => !known.some((part) => field.includes(part)));

test('every function was called', () => assert.deepEqual(uncalled(), []));

test('every field was filled', () => assert.deepEqual(unknown(unfilled(), left.unfilled), []));

// What the packages send is all read.
test.afterEach(async () => {
  for (const subscription of touched) {
    const journal = `${ASM_CONTROL}/subscriptions/${subscription}/journal`;
    const { exchanges } = await (await fetch(journal)).json();
    await fetch(journal, { method: 'DELETE' });
    touched.delete(subscription);
    const unread = exchanges.flatMap((one) => one.unread.map((field) => `${one.operation} ${field}`));
    assert.deepEqual(unknown(unread, left.unread), []);
  }
});
