'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, management, refused, subscription, subscriptions } = require('./clients');
const { certificate } = require('./given');

test('locations are listed with services and role sizes', async () => {
  const { locations } = await call(management.locations, 'list');

  const west = locations.find((one) => one.name === 'West US');
  assert.equal(west.displayName, 'West US');
  assert.deepEqual(west.availableServices, ['Compute', 'Storage', 'PersistentVMRole', 'HighMemory']);
  assert.ok(west.computeCapabilities.virtualMachinesRoleSizes.includes('Basic_A0'));
});

test('the subscription tells its limits', async () => {
  const found = await call(management.subscriptions, 'get');

  assert.equal(found.subscriptionID, subscription);
  assert.equal(found.subscriptionStatus, 'Active');
  assert.equal(found.maximumCoreCount, 20);
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

test('operations are listed by what they were about, and how they ended', async () => {
  const groups = management.affinityGroups;
  await call(groups, 'create', { name: 'filtered', label: 'label', description: 'd', location: 'West US' });
  await refused(
    call(groups, 'create', { name: 'filtered', label: 'label', location: 'West US' }),
    409,
    'ConflictError',
    'An affinity group with that name already exists',
  );
  const period = { startTime: new Date('2015-01-01'), endTime: new Date('2099-01-01') };
  const of = async (filter) =>
    (await call(management.subscriptions, 'listOperations', { ...period, ...filter })).subscriptionOperations;

  const objectIdFilter = `/${subscription}/affinitygroups`;
  assert.ok((await of({ objectIdFilter })).length > 0);
  const failed = await of({ operationStatus: 'Failed' });
  assert.deepEqual(
    failed.map((one) => [one.operationName, one.operationStatus.STATUS]),
    [['CreateAffinityGroup', ['Failed']]],
  );
  const [{ operationId, operationCaller, operationStartedTime, operationCompletedTime, operationParameters }] = failed;
  assert.ok(operationStartedTime instanceof Date && operationCompletedTime >= operationStartedTime);
  assert.equal(operationCaller.usedServiceManagementApi, true);
  assert.ok(operationParameters.subscriptionID.includes(subscription));
  assert.match(operationId, /^[0-9a-f-]{36}$/);
  await refused(
    of({ continuationToken: 'mine' }),
    400,
    'MissingOrInvalidRequiredQueryParameter',
    'ContinuationToken is not one',
  );
});

test('management certificates are registered, read, listed and deleted', async () => {
  const certificates = management.managementCertificates;
  const { publicKey, fingerprint } = certificate;
  const thumbprint = fingerprint.replaceAll(':', '');
  const key = publicKey.export({ type: 'spki', format: 'der' });
  // The service answers 201, and the package takes 200 alone for a success.
  await assert.rejects(call(certificates, 'create', { publicKey: key, thumbprint, data: certificate.raw }), {
    message: '',
    statusCode: 201,
  });

  const found = await call(certificates, 'get', thumbprint);
  assert.equal(found.thumbprint, thumbprint);
  assert.ok(found.created instanceof Date);
  assert.ok(found.data.includes('Azure ASM emulator'));
  const { subscriptionCertificates } = await call(certificates, 'list');
  assert.ok(subscriptionCertificates.some((one) => one.thumbprint === thumbprint));

  // The package takes the 404 of one that is not there for a success.
  await refused(call(certificates, 'get', '0'.repeat(40)), 404, 'ResourceNotFound', '');
  assert.equal((await call(certificates, 'deleteMethod', thumbprint)).statusCode, 200);
});

test('the subscriptions of a certificate are listed', async () => {
  const { subscriptions: found } = await call(subscriptions.subscriptions, 'list');

  const mine = found.find((one) => one.subscriptionId === subscription);
  assert.deepEqual([mine.subscriptionStatus, mine.maximumCoreCount], ['Active', 20]);
});
