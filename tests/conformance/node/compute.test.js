'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { call, compute, refused, subscription } = require('./clients');

const { deployments, hostedServices } = compute;
const PACKAGE = 'https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg';

const configuration = (name) => fs.readFileSync(path.join(process.env.ASM_CONFIGURATIONS, `${name}.cscfg`), 'utf8');

const createService = (serviceName) =>
  call(hostedServices, 'create', { serviceName, label: 'my label', description: 'mine', location: 'West US' });

const deploy = (service, slot, name, startDeployment = true) =>
  call(deployments, 'create', service, slot, {
    name,
    label: 'v label',
    packageUri: PACKAGE,
    configuration: configuration('one-worker'),
    startDeployment,
  });

const states = (deployment) => deployment.roleInstances.map((one) => [one.instanceName, one.instanceStatus]);

test('guest operating systems are listed, also by family', async () => {
  const { operatingSystems } = await call(compute.operatingSystems, 'list');
  const { operatingSystemFamilies } = await call(compute.operatingSystems, 'listFamilies');

  const newest = operatingSystems.find((one) => one.version === 'WA-GUEST-OS-4.21_201506-01');
  assert.equal(newest.label, 'Windows Azure Guest OS 4.21 (Release 201506-01)');
  assert.deepEqual([newest.family, newest.familyLabel, newest.isActive], [4, 'Windows Server 2012 R2', true]);
  const family = operatingSystemFamilies.find((one) => one.label === 'Windows Server 2012 R2');
  assert.ok(family.operatingSystems.some((one) => one.version === newest.version));
});

test('a hosted service is created, read, listed, updated and deleted', async () => {
  assert.equal((await call(hostedServices, 'checkNameAvailability', 'service')).isAvailable, true);
  const created = await createService('service');
  assert.equal(created.statusCode, 201);

  const found = await call(hostedServices, 'get', 'service');
  assert.equal(found.serviceName, 'service');
  assert.ok(found.uri.endsWith(`/${subscription}/services/hostedservices/service`));
  assert.deepEqual([found.properties.label, found.properties.description], ['my label', 'mine']);
  assert.deepEqual([found.properties.location, found.properties.status], ['West US', 'Created']);
  assert.ok(found.properties.dateCreated <= new Date());

  const taken = await call(hostedServices, 'checkNameAvailability', 'service');
  assert.equal(taken.isAvailable, false);
  assert.equal(taken.reason, 'A hosted service with the specified name already exists.');
  await refused(createService('service'), 409, 'ConflictError', 'The specified DNS name is already taken.');

  const changes = { label: 'new label', extendedProperties: { Owner: 'me' } };
  assert.equal((await call(hostedServices, 'update', 'service', changes)).statusCode, 200);
  const { hostedServices: listed } = await call(hostedServices, 'list');
  assert.deepEqual(
    listed.map((one) => [one.serviceName, one.properties.label, one.properties.extendedProperties.Owner]),
    [['service', 'new label', 'me']],
  );

  assert.equal((await call(hostedServices, 'deleteMethod', 'service')).statusCode, 200);
  await refused(call(hostedServices, 'get', 'service'), 404, 'ResourceNotFound', 'The hosted service does not exist.');
});

test('a deployment is created and read by slot and by name', async () => {
  await createService('reading');

  const operation = await deploy('reading', 'Production', 'v1', false);

  assert.deepEqual([operation.status, operation.httpStatusCode], ['Succeeded', '200']);
  for (const found of [
    await call(deployments, 'getBySlot', 'reading', 'Production'),
    await call(deployments, 'getByName', 'reading', 'v1'),
  ]) {
    assert.deepEqual([found.name, found.deploymentSlot, found.label], ['v1', 'Production', 'v label']);
    assert.deepEqual([found.status, found.locked, found.upgradeDomainCount], ['Suspended', false, 2]);
    assert.equal(found.uri, 'http://reading.cloudapp.net/');
    assert.equal(found.configuration, configuration('one-worker'));
    assert.deepEqual(states(found), [
      ['WorkerRole1_IN_0', 'StoppedVM'],
      ['WorkerRole1_IN_1', 'StoppedVM'],
    ]);
    assert.equal(found.roles[0].roleName, 'WorkerRole1');
    assert.equal(found.virtualIPAddresses.length, 1);
  }
  const detailed = await call(hostedServices, 'getDetailed', 'reading');
  assert.deepEqual(
    detailed.deployments.map((one) => one.name),
    ['v1'],
  );
});

test('a deployment changes its status, by name and by slot', async () => {
  await createService('status');
  await deploy('status', 'Production', 'v1', false);

  await call(deployments, 'updateStatusByDeploymentName', 'status', 'v1', { status: 'Running' });
  assert.equal((await call(deployments, 'getByName', 'status', 'v1')).status, 'Running');

  await call(deployments, 'updateStatusByDeploymentSlot', 'status', 'Production', { status: 'Suspended' });
  assert.equal((await call(deployments, 'getByName', 'status', 'v1')).status, 'Suspended');
});

test('a deployment changes its configuration, by name and by slot', async () => {
  await createService('configuration');
  await deploy('configuration', 'Staging', 'v1');

  const scaled = { configuration: configuration('scaled'), mode: 'Auto' };
  const operation = await call(deployments, 'changeConfigurationByName', 'configuration', 'v1', scaled);

  assert.equal(operation.status, 'Succeeded');
  const found = await call(deployments, 'getByName', 'configuration', 'v1');
  assert.equal(found.configuration, configuration('scaled'));
  assert.equal(found.roleInstances.length, 4);

  const back = { configuration: configuration('one-worker'), mode: 'Auto' };
  await call(deployments, 'changeConfigurationBySlot', 'configuration', 'Staging', back);
  assert.equal((await call(deployments, 'getByName', 'configuration', 'v1')).roleInstances.length, 2);
});

test('deployments are swapped and deleted', async () => {
  await createService('swapping');
  await deploy('swapping', 'Production', 'v1');
  await deploy('swapping', 'Staging', 'v2');

  const swap = { productionDeployment: 'v1', sourceDeployment: 'v2' };
  assert.equal((await call(deployments, 'swap', 'swapping', swap)).status, 'Succeeded');

  assert.equal((await call(deployments, 'getBySlot', 'swapping', 'Production')).name, 'v2');
  assert.equal((await call(deployments, 'getBySlot', 'swapping', 'Staging')).name, 'v1');

  assert.equal((await call(deployments, 'deleteByName', 'swapping', 'v1', false)).status, 'Succeeded');
  assert.equal((await call(deployments, 'deleteBySlot', 'swapping', 'Production')).status, 'Succeeded');
  for (const slot of ['Production', 'Staging']) {
    await refused(
      call(deployments, 'getBySlot', 'swapping', slot),
      404,
      'ResourceNotFound',
      'No deployments were found.',
    );
  }
});

test('an occupied slot is refused, and a service goes with all that is in it', async () => {
  await createService('occupied');
  await deploy('occupied', 'Staging', 'v1');

  await refused(
    deploy('occupied', 'Staging', 'v2'),
    409,
    'ConflictError',
    'The specified deployment slot Staging is occupied.',
  );

  assert.equal((await call(hostedServices, 'deleteAll', 'occupied')).status, 'Succeeded');
  const { hostedServices: left } = await call(hostedServices, 'list');
  assert.ok(!left.some((one) => one.serviceName === 'occupied'));
});
