'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, management, refused } = require('./clients');

test('locations are listed with services and role sizes', async () => {
  const { locations } = await call(management.locations, 'list');

  const west = locations.find((one) => one.name === 'West US');
  assert.equal(west.displayName, 'West US');
  assert.deepEqual(west.availableServices, ['Compute', 'Storage', 'PersistentVMRole', 'HighMemory']);
  assert.ok(west.computeCapabilities.virtualMachinesRoleSizes.includes('Basic_A0'));
});

test('the subscription tells its limits', async () => {
  const subscription = await call(management.subscriptions, 'get');

  assert.equal(subscription.subscriptionID, process.env.ASM_SUBSCRIPTION);
  assert.equal(subscription.subscriptionStatus, 'Active');
  assert.equal(subscription.maximumCoreCount, 20);
});

test('role sizes are listed', async () => {
  const { roleSizes } = await call(management.roleSizes, 'list');

  const small = roleSizes.find((one) => one.name === 'Small');
  assert.deepEqual([small.cores, small.memoryInMb, small.maxDataDiskCount], [1, 1792, 2]);
});

test('an affinity group is created, read, updated, listed and deleted', async () => {
  const groups = management.affinityGroups;
  const created = await call(groups, 'create', { name: 'mygroup', label: 'my label', location: 'West US' });
  assert.equal(created.statusCode, 201);
  assert.match(created.requestId, /^[0-9a-f]{32}$/);

  const found = await call(groups, 'get', 'mygroup');
  assert.deepEqual([found.name, found.label, found.location], ['mygroup', 'my label', 'West US']);
  assert.deepEqual(found.hostedServices, []);

  const updated = await call(groups, 'update', 'mygroup', { label: 'new label', description: 'new description' });
  assert.equal(updated.statusCode, 200);
  const { affinityGroups } = await call(groups, 'list');
  assert.deepEqual(
    affinityGroups.map((one) => [one.name, one.label, one.description]),
    [['mygroup', 'new label', 'new description']],
  );

  assert.equal((await call(groups, 'deleteMethod', 'mygroup')).statusCode, 200);
  await refused(call(groups, 'get', 'mygroup'), 404, 'ResourceNotFound', 'The affinity group does not exist.');
});

test('a synchronous call leaves an operation that succeeded', async () => {
  const created = await call(management.affinityGroups, 'create', { name: 'g', label: 'label', location: 'West US' });

  const operation = await call(management, 'getOperationStatus', created.requestId);
  assert.deepEqual([operation.status, operation.httpStatusCode], ['Succeeded', '200']);
  assert.equal(operation.id.replaceAll('-', ''), created.requestId);

  const { subscriptionOperations } = await call(management.subscriptions, 'listOperations', {
    startTime: new Date('2015-01-01'),
    endTime: new Date('2099-01-01'),
  });
  assert.equal(subscriptionOperations.at(-1).operationName, 'CreateAffinityGroup');
});
