'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, serviceBus } = require('./clients');

const { namespaces, notificationHubs, queues, relays, topics } = serviceBus;
const NAME = 'mynamespace';

// Service Bus says no more than this, in an element of this name.
const refused = async (promise, statusCode) => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  );
  assert.deepEqual(
    [error.statusCode, error.string],
    [statusCode, 'Request to a downlevel service failed.'],
    String(error),
  );
};

test('a namespace is created, read, listed and deleted', async () => {
  const { regions } = await call(serviceBus, 'getServiceBusRegions');
  assert.deepEqual(regions[0], { code: 'Central US', fullName: 'Central US' });
  assert.equal((await call(namespaces, 'checkAvailability', NAME)).isAvailable, true);

  const made = await call(namespaces, 'createNamespace', NAME, {
    region: 'West US',
    createACSNamespace: false,
    namespaceType: 'NotificationHub',
  });
  assert.equal(made.namespace.status, 'Activating');

  const { namespace } = await call(namespaces, 'get', NAME);
  assert.deepEqual([namespace.name, namespace.region, namespace.status], [NAME, 'West US', 'Active']);
  assert.equal(namespace.namespaceType, 'NotificationHub');
  assert.equal(namespace.serviceBusEndpoint, `https://${NAME}.servicebus.windows.net/`);
  assert.equal(namespace.acsManagementEndpoint, undefined);
  assert.ok(namespace.createdAt instanceof Date);

  const taken = await call(namespaces, 'checkAvailability', NAME);
  assert.equal(taken.isAvailable, false);
  assert.equal(taken.reasonDetails, 'The specified service namespace is not available.');
  await refused(call(namespaces, 'create', NAME, 'West US'), 403);

  const listed = await call(namespaces, 'list');
  assert.deepEqual(
    listed.namespaces.map((one) => [one.name, one.status]),
    [[NAME, 'Active']],
  );

  assert.equal((await call(namespaces, 'deleteMethod', NAME)).statusCode, 200);
  assert.equal((await call(namespaces, 'get', NAME)).namespace.status, 'Removing');
  await refused(call(namespaces, 'get', NAME), 404);
});

test('before 2014-06-01 a namespace always has access control', async () => {
  const { namespace } = await call(namespaces, 'create', 'withcontrol', 'East US');

  assert.equal(namespace.acsManagementEndpoint, 'https://withcontrol-sb.accesscontrol.windows.net/');
  assert.equal(namespace.createACSNamespace, true);
  const { namespaceDescriptions } = await call(namespaces, 'getNamespaceDescription', 'withcontrol');
  assert.deepEqual(
    namespaceDescriptions.map((one) => one.keyName),
    ['ACSOwnerKey', 'RootManageSharedAccessKey'],
  );
  assert.match(namespaceDescriptions[1].connectionString, /^Endpoint=sb:\/\/withcontrol\.servicebus\.windows\.net\/;/);
});

test('authorization rules are created, read, changed, listed and deleted', async () => {
  await call(namespaces, 'create', 'withrules', 'West US');
  const rule = { claimType: 'SharedAccessKey', claimValue: 'None', keyName: 'mine', rights: ['Listen'] };

  const created = await call(namespaces, 'createAuthorizationRule', 'withrules', {
    ...rule,
    createdTime: new Date(),
    modifiedTime: new Date(),
    revision: 7,
  });
  assert.equal(created.statusCode, 201);
  const made = created.authorizationRule;
  assert.deepEqual([made.keyName, made.rights, made.revision], ['mine', ['Listen'], 0]);
  assert.equal(Buffer.from(made.primaryKey, 'base64').length, 32);
  assert.notEqual(made.primaryKey, made.secondaryKey);
  await refused(call(namespaces, 'createAuthorizationRule', 'withrules', rule), 409);

  const changed = await call(namespaces, 'updateAuthorizationRule', 'withrules', {
    ...rule,
    rights: ['Send', 'Listen'],
  });
  assert.equal(changed.statusCode, 201);

  const read = (await call(namespaces, 'getAuthorizationRule', 'withrules', 'mine')).authorizationRule;
  assert.deepEqual([read.rights, read.primaryKey, read.revision], [['Send', 'Listen'], made.primaryKey, 1]);
  const { authorizationRules } = await call(namespaces, 'listAuthorizationRules', 'withrules');
  assert.deepEqual(
    authorizationRules.map((one) => one.keyName),
    ['RootManageSharedAccessKey', 'mine'],
  );

  assert.equal((await call(namespaces, 'deleteAuthorizationRule', 'withrules', 'mine')).statusCode, 204);
  await refused(call(namespaces, 'getAuthorizationRule', 'withrules', 'mine'), 404);
});

test('a queue is created, read, changed, listed and deleted', async () => {
  await call(namespaces, 'create', 'withqueues', 'West US');
  const rule = { claimType: 'SharedAccessKey', claimValue: 'None', keyName: 'sender', rights: ['Send'] };

  const { queue } = await call(queues, 'create', 'withqueues', {
    name: 'myqueue',
    lockDuration: 'PT1M',
    maxSizeInMegabytes: 2048,
    requiresSession: true,
    authorizationRules: [rule],
    status: 'Active',
    countDetails: {},
    autoDeleteOnIdle: 'P1D',
  });
  assert.deepEqual([queue.lockDuration, queue.maxSizeInMegabytes, queue.requiresSession], ['PT1M', 2048, true]);
  assert.deepEqual([queue.maxDeliveryCount, queue.autoDeleteOnIdle], [10, 'P1D']);
  assert.deepEqual([queue.authorizationRules[0].keyName, queue.authorizationRules[0].rights], ['sender', ['Send']]);
  await refused(
    call(queues, 'create', 'withqueues', { name: 'myqueue', authorizationRules: [], countDetails: {} }),
    409,
  );

  const updated = await call(queues, 'update', 'withqueues', {
    name: 'myqueue',
    lockDuration: 'PT2M',
    authorizationRules: [rule],
    countDetails: {},
  });
  assert.deepEqual([updated.statusCode, updated.queue.lockDuration], [200, 'PT2M']);

  const read = (await call(queues, 'get', 'withqueues', 'myqueue')).queue;
  assert.deepEqual([read.lockDuration, read.maxSizeInMegabytes], ['PT2M', 2048]);
  assert.equal(read.countDetails.activeMessageCount, 0);
  const listed = (await call(queues, 'list', 'withqueues')).queues;
  assert.deepEqual(
    listed.map((one) => [one.name, one.status]),
    [['myqueue', 'Active']],
  );
  const { connectionDetails } = await call(queues, 'getConnectionDetails', 'withqueues', 'myqueue');
  assert.match(connectionDetails[0].connectionString, /;EntityPath=myqueue$/);

  assert.equal((await call(queues, 'deleteMethod', 'withqueues', 'myqueue')).statusCode, 200);
  await refused(call(queues, 'get', 'withqueues', 'myqueue'), 404);
});

test('a topic is created, read, changed, listed and deleted', async () => {
  await call(namespaces, 'create', 'withtopics', 'West US');
  const rule = { claimType: 'SharedAccessKey', claimValue: 'None', keyName: 'reader', rights: ['Listen'] };
  const topic = { name: 'mytopic', enableBatchedOperations: false, authorizationRules: [rule], countDetails: {} };

  const created = await call(topics, 'create', 'withtopics', topic);
  assert.deepEqual([created.statusCode, created.topic.enableBatchedOperations], [201, false]);
  const updated = await call(topics, 'update', 'withtopics', { ...topic, defaultMessageTimeToLive: 'P7D' });
  assert.deepEqual([updated.statusCode, updated.topic.defaultMessageTimeToLive], [200, 'P7D']);

  const read = (await call(topics, 'get', 'withtopics', 'mytopic')).topic;
  assert.deepEqual([read.defaultMessageTimeToLive, read.subscriptionCount, read.status], ['P7D', 0, 'Active']);
  assert.equal((await call(topics, 'list', 'withtopics')).topics.length, 1);

  const { connectionDetails } = await call(topics, 'getConnectionDetails', 'withtopics', 'mytopic');
  assert.match(connectionDetails[0].connectionString, /;EntityPath=mytopic$/);

  assert.equal((await call(topics, 'deleteMethod', 'withtopics', 'mytopic')).statusCode, 200);
  await refused(call(topics, 'get', 'withtopics', 'mytopic'), 404);
});

test('relays and notification hubs of a new namespace are none', async () => {
  await call(namespaces, 'create', 'withnothing', 'West US');

  assert.deepEqual((await call(notificationHubs, 'list', 'withnothing')).notificationHubs, []);
  await refused(call(notificationHubs, 'get', 'withnothing', 'myhub'), 404);
  await refused(call(notificationHubs, 'deleteMethod', 'withnothing', 'myhub'), 404);
  await refused(call(notificationHubs, 'getConnectionDetails', 'withnothing', 'myhub'), 404);
  await refused(call(relays, 'getConnectionDetails', 'withnothing', 'myrelay'), 404);
});

test('the operation that a call has left is told', async () => {
  const { requestId } = await call(namespaces, 'create', 'withoperation', 'West US');

  const { id, status, httpStatusCode } = await call(serviceBus, 'getOperationStatus', requestId);
  assert.deepEqual([id.replaceAll('-', ''), status, httpStatusCode], [requestId, 'Succeeded', '200']);
});
