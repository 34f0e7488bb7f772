'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, network, refused } = require('./clients');
const { certificatePem, networkConfiguration } = require('./given');

const gateways = network.applicationGateways;
const NETWORK = 'gateways';
const CONFIGURATION = networkConfiguration(NETWORK, { front: '10.0.0.0/28', back: '10.0.0.16/28' }, '10.0.0.0/24');
const WHOLE = {
  frontendIPConfigurations: [{ name: 'ip', type: 'Private', staticIPAddress: '10.0.0.9' }],
  frontendPorts: [{ name: 'port', port: 80 }],
  probes: [{ name: 'probe', protocol: 'Http', host: 'www.example.com', path: '/', interval: 45, timeout: 25 }],
  backendAddressPools: [{ name: 'pool', backendServers: [{ iPAddress: '1.1.1.1' }, { iPAddress: '2.2.2.2' }] }],
  backendHttpSettingsList: [
    { name: 'settings', port: 80, protocol: 'Http', cookieBasedAffinity: 'Enabled', probe: 'probe' },
  ],
  httpListeners: [{ name: 'listener', frontendIP: 'ip', frontendPort: 'port', protocol: 'Http' }],
  httpLoadBalancingRules: [
    { name: 'rule', type: 'Basic', backendHttpSettings: 'settings', listener: 'listener', backendAddressPool: 'pool' },
  ],
};

const create = async (name, changes = {}) => {
  await call(network.networks, 'setConfiguration', { configuration: CONFIGURATION });
  return call(gateways, 'create', { name, vnetName: NETWORK, subnets: ['front'], ...changes });
};
const successful = async (promise) => assert.equal((await promise).status, 'Successful');

test('an application gateway is created, listed, changed and deleted', async () => {
  await successful(create('mine', { description: 'of mine', gatewaySize: 'Small', instanceCount: 1 }));
  const { applicationGateways } = await call(gateways, 'list');
  assert.deepEqual(
    applicationGateways.map((one) => [one.name, one.state, one.vnetName, one.subnets]),
    [['mine', 'Stopped', NETWORK, ['front']]],
  );

  const changes = { description: 'still of mine', gatewaySize: 'Medium', instanceCount: 3, subnets: ['back'] };
  await successful(call(gateways, 'update', 'mine', { ...changes, vnetName: NETWORK }));
  const changed = await call(gateways, 'get', 'MINE');
  assert.deepEqual(
    [changed.description, changed.gatewaySize, changed.instanceCount, changed.subnets, changed.virtualIPs],
    ['still of mine', 'Medium', 3, ['back'], []],
  );

  await successful(call(gateways, 'deleteMethod', 'mine'));
  await refused(call(gateways, 'get', 'mine'), 404, 'ResourceNotFound', 'The gateway does not exist.');
});

test('an application gateway is configured, started and stopped', async () => {
  await create('running');
  const empty = await call(gateways, 'getConfig', 'running');
  assert.deepEqual([empty.frontendPorts, empty.backendAddressPools, empty.httpListeners], [[], [], []]);
  await refused(
    call(gateways, 'executeOperation', 'running', { operationType: 'Start' }),
    400,
    'BadRequest',
    'cannot be started',
  );

  await successful(call(gateways, 'setConfig', 'running', WHOLE));
  const { statusCode, requestId, ...found } = await call(gateways, 'getConfig', 'running');
  assert.ok(statusCode === 200 && requestId);
  const expected = structuredClone(WHOLE);
  expected.probes[0].unhealthyThreshold = 3;
  expected.backendHttpSettingsList[0].requestTimeout = 30;
  assert.deepEqual(JSON.parse(JSON.stringify(found)), expected);

  await successful(call(gateways, 'executeOperation', 'running', { operationType: 'Start' }));
  const running = await call(gateways, 'get', 'running');
  assert.deepEqual([running.state, running.virtualIPs], ['Running', ['10.0.0.9']]);
  assert.match(running.dnsName, /^appgw-.*\.cloudapp\.net$/);
  await refused(call(gateways, 'deleteMethod', 'running'), 400, 'BadRequest', 'provisioning status');

  await successful(call(gateways, 'executeOperation', 'running', { operationType: 'Stop' }));
  await successful(call(gateways, 'deleteMethod', 'running'));
});

test('an application gateway has certificates for its listeners', async () => {
  await create('secure');
  const file = { data: Buffer.from(certificatePem).toString('base64'), certificateFormat: 'cer', password: 'none' };
  await successful(call(gateways, 'addCertificate', 'secure', 'cert', file));
  const { applicationGatewayCertificates } = await call(gateways, 'listCertificate', 'secure');
  assert.deepEqual(
    applicationGatewayCertificates.map((one) => [one.name, one.state]),
    [['cert', 'Provisioned']],
  );
  const { data } = await call(gateways, 'getCertificate', 'secure', 'cert');
  assert.ok(certificatePem.replace(/\s/g, '').includes(data));

  const listener = { name: 'listener', frontendPort: 'port', protocol: 'Https', sslCert: 'cert' };
  const probes = [{ ...WHOLE.probes[0], unhealthyThreshold: 5 }];
  const backendHttpSettingsList = [{ ...WHOLE.backendHttpSettingsList[0], requestTimeout: 60 }];
  const patient = { ...WHOLE, probes, backendHttpSettingsList, httpListeners: [listener] };
  await successful(call(gateways, 'setConfig', 'secure', patient));
  const kept = await call(gateways, 'getConfig', 'secure');
  assert.deepEqual(
    [kept.probes[0].unhealthyThreshold, kept.backendHttpSettingsList[0].requestTimeout, kept.httpListeners[0].sslCert],
    [5, 60, 'cert'],
  );
  await refused(call(gateways, 'deleteCertificate', 'secure', 'cert'), 400, 'BadRequest', 'in use by the listener');
  await successful(call(gateways, 'setConfig', 'secure', {}));
  await successful(call(gateways, 'deleteCertificate', 'secure', 'cert'));
  await successful(call(gateways, 'deleteMethod', 'secure'));
});

test('what cannot be is refused', async () => {
  await refused(create('lost', { vnetName: 'nowhere' }), 404, 'ResourceNotFound', 'network nowhere does not exist');
  await refused(create('lost', { subnets: ['nowhere'] }), 404, 'ResourceNotFound', 'Subnet name nowhere');
  await create('mine');
  const rules = [{ ...WHOLE.httpLoadBalancingRules[0], listener: 'nowhere' }];
  await refused(
    call(gateways, 'setConfig', 'mine', { ...WHOLE, httpLoadBalancingRules: rules }),
    400,
    'BadRequest',
    'refers to the HTTP listener nowhere',
  );
  const nothing = CONFIGURATION.replace(/<VirtualNetworkSites>[^]*<\/VirtualNetworkSites>/, '');
  await refused(
    call(network.networks, 'setConfiguration', { configuration: nothing }),
    400,
    'BadRequest',
    `while in use '${NETWORK}'`,
  );
  await call(gateways, 'deleteMethod', 'mine');
});
