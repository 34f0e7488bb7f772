'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, refused, trafficManager } = require('./clients');

const { definitions, profiles } = trafficManager;
const DOMAIN = 'myDomain.trafficmanager.net';

const MONITOR = {
  intervalInSeconds: 30,
  timeoutInSeconds: 10,
  toleratedNumberOfFailures: 3,
  protocol: 'Http',
  port: 80,
  httpOptions: { verb: 'GET', relativePath: '/', expectedStatusCode: 200 },
};

const DEFINITION = {
  dnsOptions: { timeToLiveInSeconds: 300 },
  monitors: [MONITOR],
  policy: {
    loadBalancingMethod: 'Failover',
    endpoints: [
      { domainName: 'MyService.cloudapp.net', status: 'Enabled', type: 'CloudService', weight: 2 },
      {
        domainName: 'nested.trafficmanager.net',
        status: 'Disabled',
        type: 'TrafficManager',
        weight: 3,
        minChildEndpoints: 4,
      },
    ],
  },
};

test('a profile is created, defined, disabled, listed and deleted', async () => {
  assert.equal((await call(profiles, 'checkDnsPrefixAvailability', DOMAIN)).result, true);
  assert.equal((await call(profiles, 'create', 'myProfile', DOMAIN)).statusCode, 200);
  assert.equal((await call(profiles, 'checkDnsPrefixAvailability', DOMAIN)).result, false);
  const fresh = (await call(profiles, 'get', 'myProfile')).profile;
  assert.deepEqual([fresh.status, fresh.statusDetails, fresh.definitions], ['Disabled', undefined, []]);

  assert.equal((await call(definitions, 'create', 'myProfile', DEFINITION)).statusCode, 200);

  const { profile } = await call(profiles, 'get', 'MYPROFILE');
  assert.deepEqual([profile.name, profile.domainName, profile.status], ['myProfile', DOMAIN, 'Enabled']);
  assert.equal(profile.statusDetails.enabledDefinitionVersion, 1);
  assert.deepEqual(
    profile.definitions.map((one) => [one.status, one.version]),
    [['Enabled', 1]],
  );

  await call(profiles, 'update', 'myProfile', 'Disabled', 1);
  const listed = (await call(profiles, 'list')).profiles;
  assert.deepEqual(
    listed.map((one) => [one.name, one.status, one.definitions[0].status]),
    [['myProfile', 'Disabled', 'Disabled']],
  );

  assert.equal((await call(profiles, 'deleteMethod', 'myProfile')).statusCode, 200);
  await refused(
    call(profiles, 'get', 'myProfile'),
    404,
    'ResourceNotFound',
    'The specified profile name myProfile does not exist.',
  );
});

test('a definition is read as it was set, with what the monitor says', async () => {
  await call(profiles, 'create', 'defined', 'defined.trafficmanager.net');
  await call(definitions, 'create', 'defined', DEFINITION);

  const { definition } = await call(definitions, 'get', 'defined');

  assert.deepEqual(
    [definition.version, definition.status, definition.dnsOptions.timeToLiveInSeconds],
    [1, 'Enabled', 300],
  );
  const { protocol, httpOptions, ...numbers } = definition.monitors[0];
  assert.deepEqual([protocol.toUpperCase(), { ...httpOptions }], ['HTTP', MONITOR.httpOptions]);
  assert.deepEqual(
    [numbers.intervalInSeconds, numbers.timeoutInSeconds, numbers.toleratedNumberOfFailures, numbers.port],
    [30, 10, 3, 80],
  );
  const { policy } = definition;
  assert.deepEqual([policy.loadBalancingMethod, policy.monitorStatus], ['Failover', 'CheckingEndpoints']);
  assert.deepEqual(
    policy.endpoints.map((one) => [one.domainName, one.type, one.monitorStatus, one.weight, one.minChildEndpoints]),
    [
      ['myservice.cloudapp.net', 'CloudService', 'CheckingEndpoint', 2, undefined],
      ['nested.trafficmanager.net', 'TrafficManager', 'Disabled', 3, 4],
    ],
  );
  assert.equal((await call(definitions, 'list', 'defined')).definitions.length, 1);
});

test('a domain has to lie below trafficmanager.net', async () => {
  await refused(
    call(profiles, 'create', 'elsewhere', 'INVALID'),
    400,
    'BadRequest',
    'because the name INVALID does not end with the expected value .trafficmanager.net.',
  );
});
