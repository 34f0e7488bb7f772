'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, compute, network, posted, refused, succeeds } = require('./clients');
const { blob, CENTOS, linux, networkConfiguration } = require('./given');

const { iPForwarding, networkSecurityGroups, networks, reservedIPs, staticIPs, virtualIPs } = network;
async function deployed(name, networking = {}) {
  const inputEndpoints = [{ name: 'ssh', protocol: 'tcp', port: 22, localPort: 22 }];
  const set = { configurationSetType: 'NetworkConfiguration', inputEndpoints, subnetNames: ['Front'], ...networking };
  const oSVirtualHardDisk = { sourceImageName: CENTOS, mediaLink: blob(name) };
  const role = {
    roleName: name,
    roleType: 'PersistentVMRole',
    oSVirtualHardDisk,
    configurationSets: [linux(name), set],
  };
  const machine = { name, deploymentSlot: 'Production', label: 'label', virtualNetworkName: 'net', roles: [role] };
  await call(compute.hostedServices, 'create', { serviceName: name, label: 'label', location: 'West US' });
  await succeeds(call(compute.virtualMachines, 'createDeployment', name, machine));
}

test('the configuration of the networks is set and read', async () => {
  await succeeds(call(networks, 'setConfiguration', { configuration: networkConfiguration('net') }));
  const { configuration } = await call(networks, 'getConfiguration');

  const flat = configuration.replaceAll(/>\s+</g, '><');
  assert.ok(flat.includes('<Subnet name="Front"><AddressPrefix>10.0.0.0/24</AddressPrefix></Subnet>'), flat);
});

test('addresses are forwarded for a role and for a network interface', async () => {
  const networkInterfaces = [{ name: 'nic', iPConfigurations: [{ subnetName: 'Front' }] }];
  await deployed('forwarding', { networkInterfaces });
  const role = ['forwarding', 'forwarding', 'forwarding'];
  const nic = [...role, 'nic'];

  await succeeds(call(iPForwarding, 'setOnRole', ...role, { state: 'Enabled' }));
  await succeeds(call(iPForwarding, 'setOnNetworkInterface', ...nic, { state: 'Enabled' }));
  assert.equal((await call(iPForwarding, 'getForRole', ...role)).state, 'Enabled');
  assert.equal((await call(iPForwarding, 'getForNetworkInterface', ...nic)).state, 'Enabled');

  await succeeds(call(iPForwarding, 'setOnRole', ...role, { state: 'Disabled' }));
  assert.equal((await call(iPForwarding, 'getForRole', ...role)).state, 'Disabled');
  await refused(call(iPForwarding, 'getForNetworkInterface', ...role, 'none'), 404, 'ResourceNotFound', '');
});

test('a role gets a network security group', async () => {
  await call(networkSecurityGroups, 'create', { name: 'later', label: 'l', location: 'West US' });
  await deployed('grouped');
  const role = ['grouped', 'grouped', 'grouped'];

  await succeeds(call(networkSecurityGroups, 'addToRole', ...role, { name: 'later' }));

  assert.equal((await call(networkSecurityGroups, 'getForRole', ...role)).name, 'later');
  const inUse = call(networkSecurityGroups, 'deleteMethod', 'later');
  await assert.rejects(inUse, /later cannot be deleted: the role grouped has it assigned/);
});

test('an address is reserved, given to a deployment and taken from it', async () => {
  await deployed('holder');
  await succeeds(call(reservedIPs, 'create', { name: 'kept', label: 'my label', location: 'West US' }));
  const free = await call(reservedIPs, 'get', 'kept');
  assert.deepEqual([free.name, free.label, free.location, free.inUse], ['kept', 'my label', 'West US', undefined]);
  assert.match(free.address, /^\d+(\.\d+){3}$/);

  const where = { serviceName: 'holder', deploymentName: 'holder' };
  await succeeds(call(reservedIPs, 'associate', 'kept', where));
  const held = await call(reservedIPs, 'get', 'kept');
  assert.deepEqual([held.inUse, held.serviceName, held.deploymentName], [true, 'holder', 'holder']);
  const deployment = await call(compute.deployments, 'getByName', 'holder', 'holder');
  assert.deepEqual(
    deployment.virtualIPAddresses.map((one) => [one.address, one.reservedIPName]),
    [[free.address, 'kept']],
  );
  await succeeds(call(reservedIPs, 'disassociate', 'kept', where));
  assert.equal((await call(reservedIPs, 'get', 'kept')).inUse, undefined);

  // What is in use already is reserved with the name of who uses it.
  await succeeds(call(reservedIPs, 'create', { name: 'inuse', label: 'l', location: 'West US', ...where }));
  assert.equal((await call(reservedIPs, 'get', 'inuse')).serviceName, 'holder');
  await refused(call(reservedIPs, 'get', 'none'), 404, 'ResourceNotFound', '');
});

test('more addresses are added to a deployment, reserved and taken away', async () => {
  await deployed('several');
  await succeeds(posted(virtualIPs, 'add', 'several', 'several', 'second'));
  const shown = async () =>
    (await call(compute.deployments, 'getByName', 'several', 'several')).virtualIPAddresses.map((one) => one.name);
  assert.equal((await shown())[1], 'second');

  const where = { serviceName: 'several', deploymentName: 'several', virtualIPName: 'second' };
  await succeeds(call(reservedIPs, 'create', { name: 'byname', label: 'l', location: 'West US' }));
  await succeeds(call(reservedIPs, 'associate', 'byname', where));
  assert.equal((await call(reservedIPs, 'get', 'byname')).virtualIPName, 'second');
  await succeeds(call(reservedIPs, 'disassociate', 'byname', where));

  await succeeds(call(reservedIPs, 'create', { name: 'second', label: 'l', location: 'West US', ...where }));
  assert.equal((await call(reservedIPs, 'get', 'second')).virtualIPName, 'second');
  await succeeds(call(reservedIPs, 'disassociate', 'second', where));

  await succeeds(call(virtualIPs, 'remove', 'several', 'several', 'second'));
  assert.equal((await shown()).length, 1);
});

test('an address in a subnet is free or not', async () => {
  await deployed('static', { staticVirtualNetworkIPAddress: '10.0.0.20' });

  assert.equal((await call(staticIPs, 'check', 'net', '10.0.0.40')).isAvailable, true);
  const taken = await call(staticIPs, 'check', 'net', '10.0.0.20');
  assert.equal(taken.isAvailable, false);
  assert.ok(taken.availableAddresses.length > 0 && !taken.availableAddresses.includes('10.0.0.20'));
});
