'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, cloudServices, jobsOf, posted, refused, scheduler, store } = require('./clients');

const SERVICE = 'mycloudservice';
const services = cloudServices.cloudServices;
const collections = scheduler.jobCollections;
const HTTP = { type: 'http', request: { uri: 'http://example.com/', method: 'GET', headers: { Accept: 'a' } } };

async function service(name) {
  const parameters = { label: 'my label', description: 'my description', geoRegion: 'West US' };
  const operation = await call(services, 'create', name, parameters);
  assert.equal(operation.status, 'Succeeded');
}

async function collection(name, parameters = {}) {
  const operation = await call(collections, 'create', SERVICE, name, parameters);
  assert.equal(operation.status, 'Succeeded');
  return jobsOf(SERVICE, name);
}

test.before(() => service(SERVICE));

test('a cloud service is created, listed, read and deleted', async () => {
  await service('another');

  const listed = (await call(services, 'list')).cloudServices;
  assert.deepEqual(
    listed.map((one) => [one.name, one.label, one.description, one.geoRegion, one.resources.length]),
    ['another', SERVICE].map((name) => [name, 'my label', 'my description', 'West US', 0]),
  );
  assert.equal((await call(services, 'get', 'another')).statusCode, 200);
  assert.equal((await call(services, 'delete', 'another')).status, 'Succeeded');
  await refused(call(services, 'get', 'another'), 404, 'ResourceNotFound', 'The cloud service with name another');
});

test('a subscription is entitled to a type of resource', async () => {
  const parameters = { resourceNamespace: 'scheduler', resourceType: 'JobCollections', registrationDate: new Date() };

  assert.equal((await call(cloudServices, 'entitleResource', parameters)).statusCode, 202);
});

test('a job collection is created, read, listed, updated and deleted', async () => {
  const quota = { maxJobCount: 10, maxJobOccurrence: 5, maxRecurrence: { frequency: 'Hour', interval: 2 } };
  assert.equal((await call(collections, 'checkNameAvailability', SERVICE, 'one')).isAvailable, true);
  await collection('one', { label: 'my label', intrinsicSettings: { plan: 'Standard', quota } });
  assert.equal((await call(collections, 'checkNameAvailability', SERVICE, 'one')).isAvailable, false);

  const found = await call(collections, 'get', SERVICE, 'one');
  assert.deepEqual([found.name, found.label, found.state, found.schemaVersion], ['one', 'my label', 'Started', '1.1']);
  assert.deepEqual(found.intrinsicSettings, { plan: 'Standard', quota });
  const listed = (await call(services, 'list')).cloudServices.find((one) => one.name === SERVICE);
  assert.deepEqual(
    listed.resources.map((one) => [one.namespace ?? one.resourceProviderNamespace, one.type, one.name, one.state]),
    [['Scheduler', 'jobcollections', 'one', 'Started']],
  );

  // The package demands an ETag and sends it as an empty element.
  const changed = { eTag: found.eTag, intrinsicSettings: { plan: 'Free', quota: { maxJobCount: 3 } } };
  assert.equal((await call(collections, 'update', SERVICE, 'one', changed)).status, 'Succeeded');
  const after = await call(collections, 'get', SERVICE, 'one');
  assert.deepEqual(after.intrinsicSettings, { plan: 'Free', quota: { maxJobCount: 3 } });
  const beyond = { eTag: after.eTag, intrinsicSettings: { plan: 'Free', quota: { maxJobCount: 6 } } };
  await refused(call(collections, 'update', SERVICE, 'one', beyond), 400, 'BadRequest', 'the plan Free has at most 5');

  assert.equal((await call(collections, 'deleteMethod', SERVICE, 'one')).status, 'Succeeded');
  await refused(call(collections, 'get', SERVICE, 'one'), 404, 'ResourceNotFound', 'Job collection not found.');
});

test('a job is created, listed, read, disabled and deleted, and tells what it has done', async () => {
  const jobs = await collection('two');
  const startTime = new Date(Date.now() + 3600_000);
  const recurrence = {
    frequency: 'Month',
    interval: 1,
    count: 3,
    schedule: { minutes: [30], hours: [5], monthDays: [-1], monthlyOccurrences: [{ day: 'Friday', occurrence: 1 }] },
  };

  const made = await call(jobs, 'createOrUpdate', 'first', { startTime, action: HTTP, recurrence });
  assert.deepEqual([made.statusCode, made.job.id, made.job.state], [201, 'first', 'enabled']);
  assert.equal((await call(jobs, 'createOrUpdate', 'first', { startTime, action: HTTP, recurrence })).statusCode, 200);
  const once = (await call(jobs, 'create', { action: HTTP })).job;
  assert.match(once.id, /^[0-9a-f-]{36}$/);

  const { job } = await call(jobs, 'get', 'first');
  assert.equal(job.startTime.getTime?.() ?? Date.parse(job.startTime), startTime.getTime());
  assert.deepEqual([job.action.type, job.action.request.uri], ['http', 'http://example.com/']);
  assert.deepEqual([job.recurrence.frequency, job.recurrence.count], ['month', 3]);
  assert.deepEqual(job.recurrence.schedule.monthDays, [-1]);
  assert.deepEqual(job.recurrence.schedule.monthlyOccurrences, [{ day: 'friday', occurrence: 1 }]);
  assert.equal(job.status.executionCount, 0);

  // What is due at once is done by the next request.
  const { jobHistory } = await call(jobs, 'getHistory', once.id, {});
  assert.deepEqual(
    jobHistory.map((one) => [one.id, one.status, one.actionName, one.repeatCount, one.retryCount]),
    [[once.id, 'completed', 'MainAction', 1, 0]],
  );
  const failed = await call(jobs, 'getHistoryWithFilter', once.id, { status: 'Failed', skip: 0, top: 5 });
  assert.deepEqual(failed.jobHistory, []);

  const listed = (await call(jobs, 'list', {})).jobs;
  assert.deepEqual(
    listed.map((one) => [one.id, one.state]),
    [
      ['first', 'enabled'],
      [once.id, 'completed'],
    ],
  );
  assert.equal((await call(jobs, 'updateState', 'first', { state: 'Disabled' })).job.state, 'disabled');
  const disabled = (await call(jobs, 'listWithFilter', { state: 'Disabled' })).jobs;
  assert.deepEqual(
    disabled.map((one) => one.id),
    ['first'],
  );
  const enabled = (await call(jobs, 'updateJobCollectionState', { state: 'Enabled' })).jobs;
  assert.deepEqual(
    enabled.map((one) => one.state),
    ['enabled', 'completed'],
  );

  assert.equal((await call(jobs, 'deleteMethod', 'first')).statusCode, 200);
  const gone = await call(jobs, 'get', 'first').then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  );
  assert.equal(gone.statusCode, 404);
  assert.ok(gone.message.includes('Job not found.'), gone.message);
});

test('an add-on of the store is created, listed and deleted', async () => {
  const parameters = { name: 'mystore', label: 'l', description: 'd', geoRegion: 'West US' };
  assert.equal((await call(store.cloudServices, 'create', parameters)).status, 'Succeeded');
  const addOn = { type: 'a-provider', plan: 'free', promotionCode: 'code' };
  assert.equal((await call(store.addOns, 'create', 'mystore', 'a-type', 'my-add-on', addOn)).status, 'Succeeded');

  const listed = (await call(store.cloudServices, 'list')).cloudServices.find((one) => one.name === 'mystore');
  const [found] = listed.resources;
  assert.deepEqual([found.namespace, found.type, found.name], ['a-provider', 'a-type', 'my-add-on']);
  assert.deepEqual([found.plan, found.state, found.status?.result], ['free', 'Started', 'Succeeded']);

  // The package takes the status of what goes on; what it changes is there at once.
  const changed = await call(store.addOns, 'update', 'mystore', 'a-type', 'my-add-on', { ...addOn, plan: 'paid' });
  assert.equal(changed.statusCode, 202);
  const after = (await call(store.cloudServices, 'list')).cloudServices.find((one) => one.name === 'mystore');
  assert.deepEqual(
    after.resources.map((one) => one.plan),
    ['paid'],
  );

  const gone = await call(store.addOns, 'deleteMethod', 'mystore', 'a-provider', 'a-type', 'my-add-on');
  assert.equal(gone.status, 'Succeeded');
});

test('the provider of job collections is registered, told of and unregistered', async () => {
  assert.equal((await posted(scheduler, 'registerResourceProvider')).statusCode, 200);
  const { properties } = await call(scheduler, 'getResourceProviderProperties');
  assert.ok(properties.SupportedGeoRegions.split(',').includes('West US'));
  assert.equal((await posted(scheduler, 'unregisterResourceProvider')).statusCode, 200);
});
