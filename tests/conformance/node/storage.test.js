'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, refused, storage } = require('./clients');

const accounts = storage.storageAccounts;
const NAME = 'mystorageaccount';

test('a storage account is created, read, updated, listed and deleted', async () => {
  assert.equal((await call(accounts, 'checkNameAvailability', NAME)).isAvailable, true);

  const operation = await call(accounts, 'create', {
    name: NAME,
    label: 'my label',
    description: 'my description',
    location: 'West US',
    accountType: 'Standard_GRS',
    extendedProperties: { Owner: 'me' },
  });
  assert.deepEqual([operation.status, operation.httpStatusCode], ['Succeeded', '200']);

  const { storageAccount } = await call(accounts, 'get', NAME);
  const { properties } = storageAccount;
  assert.equal(storageAccount.name, NAME);
  assert.deepEqual([properties.label, properties.description], ['my label', 'my description']);
  assert.deepEqual([properties.location, properties.status], ['West US', 'Created']);
  assert.equal(properties.accountType, 'Standard_GRS');
  assert.equal(properties.endpoints[0], `https://${NAME}.blob.core.windows.net/`);
  assert.equal(storageAccount.extendedProperties.Owner, 'me');

  const updated = await call(accounts, 'update', NAME, { label: 'new label', accountType: 'Standard_LRS' });
  assert.equal(updated.statusCode, 200);
  const { storageAccounts } = await call(accounts, 'list');
  assert.deepEqual(
    storageAccounts.map((one) => [one.name, one.properties.label, one.properties.accountType]),
    [[NAME, 'new label', 'Standard_LRS']],
  );

  const taken = await call(accounts, 'checkNameAvailability', NAME);
  assert.equal(taken.isAvailable, false);
  assert.equal(taken.reason, `A storage account named '${NAME}' already exists in the subscription.`);

  assert.equal((await call(accounts, 'deleteMethod', NAME)).statusCode, 200);
  await refused(call(accounts, 'get', NAME), 404, 'ResourceNotFound', `The storage account '${NAME}' was not found.`);
});

test('only the key that is named is regenerated', async () => {
  await call(accounts, 'create', { name: 'keys', label: 'label', location: 'West US', accountType: 'Standard_LRS' });
  const before = await call(accounts, 'getKeys', 'keys');
  assert.equal(Buffer.from(before.primaryKey, 'base64').length, 64);

  const answered = await call(accounts, 'regenerateKeys', { name: 'keys', keyType: 'Primary' });

  const after = await call(accounts, 'getKeys', 'keys');
  assert.notEqual(after.primaryKey, before.primaryKey);
  assert.equal(after.secondaryKey, before.secondaryKey);
  assert.deepEqual([answered.primaryKey, answered.secondaryKey], [after.primaryKey, after.secondaryKey]);
});

test('a name that is taken is refused', async () => {
  const account = { name: 'taken', label: 'label', location: 'West US', accountType: 'Standard_LRS' };
  await call(accounts, 'create', account);

  await refused(
    call(accounts, 'create', account),
    409,
    'ConflictError',
    "The storage account named 'taken' is already taken.",
  );
});
