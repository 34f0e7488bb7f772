'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { call, compute, posted, refused, succeeds } = require('./clients');
const { certificate } = require('./given');

const { deployments, hostedServices, serviceCertificates } = compute;
const PACKAGE = 'https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg';
const CONTAINER = 'https://mystorageaccount.blob.core.windows.net/packages';
const RDP = { providerNamespace: 'Microsoft.Windows.Azure.Extensions', type: 'RDP' };

const configuration = (name) => fs.readFileSync(path.join(process.env.ASM_CONFIGURATIONS, `${name}.cscfg`), 'utf8');

const content = {
  label: 'v label',
  packageUri: PACKAGE,
  configuration: configuration('one-worker'),
  extendedProperties: { Mine: 'yes' },
};
// The service shows as an extension of all roles what each of them has.
const extended = { allRoles: [{ id: 'rdp', state: 'enable' }], namedRoles: [] };
const named = { allRoles: [], namedRoles: [{ roleName: 'WorkerRole1', extensions: [{ id: 'rdp', state: 'enable' }] }] };

async function deployed(service, slot = 'Production', parameters = {}) {
  const everything = { ...content, name: 'v1', startDeployment: true, treatWarningsAsError: false, ...parameters };
  await call(hostedServices, 'create', { serviceName: service, label: 'l', location: 'West US' });
  if (everything.extensionConfiguration) await extend(service);
  await succeeds(call(deployments, 'create', service, slot, everything));
}

async function extend(service) {
  await succeeds(
    call(hostedServices, 'addExtension', service, {
      ...RDP,
      id: 'rdp',
      version: '1.*',
      publicConfiguration: '<PublicConfig><UserName>me</UserName></PublicConfig>',
      privateConfiguration: '<PrivateConfig><Password>Passw0rd!</Password></PrivateConfig>',
    }),
  );
}

const read = (service, name = 'v1') => call(deployments, 'getByName', service, name);
const names = (found) => found.roleInstances.map((one) => one.instanceName);

test('everything that may be said of a service is kept', async () => {
  await call(compute.hostedServices, 'create', { serviceName: 'aim', label: 'l', location: 'West US' });
  const said = {
    label: 'full label',
    description: 'full description',
    location: 'West US',
    extendedProperties: { Owner: 'me' },
    reverseDnsFqdn: 'aim.cloudapp.net.',
  };
  assert.equal((await call(hostedServices, 'create', { serviceName: 'full', ...said })).statusCode, 201);

  const { properties } = await call(hostedServices, 'get', 'full');
  const { label, description, location, extendedProperties, reverseDnsFqdn } = properties;
  assert.equal(extendedProperties.Owner, 'me');
  assert.deepEqual(
    [label, description, location, reverseDnsFqdn],
    ['full label', 'full description', 'West US', 'aim.cloudapp.net.'],
  );
  const { dateCreated, dateLastModified } = properties;
  assert.ok(dateCreated instanceof Date && dateLastModified >= dateCreated);

  const changes = { label: 'b', description: 'c', reverseDnsFqdn: 'full.cloudapp.net.' };
  assert.equal((await call(hostedServices, 'update', 'full', changes)).statusCode, 200);
  await call(hostedServices, 'update', 'full', { extendedProperties: { Owner: 'you' } });
  const after = (await call(hostedServices, 'getDetailed', 'full')).properties;
  assert.deepEqual(
    [after.label, after.description, after.extendedProperties.Owner, after.reverseDnsFqdn],
    ['b', 'c', 'you', 'full.cloudapp.net.'],
  );
});

test('extensions are offered, added to a service, read, listed and deleted', async () => {
  const { extensionImages } = await call(hostedServices, 'listAvailableExtensions');
  const offered = extensionImages.find((one) => one.providerNameSpace === RDP.providerNamespace && one.type === 'RDP');
  assert.equal(offered.hostingResources, 'WebRole|WorkerRole');
  assert.ok(offered.label);
  const versions = (await call(hostedServices, 'listExtensionVersions', RDP.providerNamespace, 'RDP')).extensionImages;
  assert.ok(versions.some((one) => one.version === offered.version));
  await refused(
    call(hostedServices, 'listPublisherExtensions'),
    403,
    'ForbiddenError',
    'This operation is not allowed',
  );

  await call(hostedServices, 'create', { serviceName: 'extended', label: 'l', location: 'West US' });
  await extend('extended');
  const one = await call(hostedServices, 'getExtension', 'extended', 'rdp');
  assert.deepEqual([one.providerNamespace, one.type, one.id], [RDP.providerNamespace, 'RDP', 'rdp']);
  assert.equal(one.publicConfiguration, '<PublicConfig><UserName>me</UserName></PublicConfig>');
  const { extensions } = await call(hostedServices, 'listExtensions', 'extended');
  assert.deepEqual(
    extensions.map((each) => [each.id, each.version]),
    [['rdp', one.version]],
  );

  await succeeds(call(hostedServices, 'deleteExtension', 'extended', 'rdp'));
  assert.deepEqual((await call(hostedServices, 'listExtensions', 'extended')).extensions, []);
  await refused(call(hostedServices, 'getExtension', 'extended', 'rdp'), 404, 'ResourceNotFound', '');
});

test('certificates of a service are added, read, listed and deleted', async () => {
  await call(hostedServices, 'create', { serviceName: 'certified', label: 'l', location: 'West US' });
  const parameters = { data: certificate.raw, certificateFormat: 'cer', password: '' };
  await succeeds(call(serviceCertificates, 'create', 'certified', parameters));

  const { certificates } = await call(serviceCertificates, 'list', 'certified');
  assert.equal(certificates.length, 1);
  const [{ thumbprint, thumbprintAlgorithm, certificateUri, data }] = certificates;
  assert.equal(thumbprintAlgorithm, 'sha1');
  assert.ok(data.includes('Azure ASM emulator')); // the package takes the certificate for a text
  assert.ok(certificateUri.endsWith(`/certified/certificates/sha1-${thumbprint}`));
  const named = { serviceName: 'certified', thumbprint, thumbprintAlgorithm };
  assert.equal((await call(serviceCertificates, 'get', named)).data, data);

  await succeeds(call(serviceCertificates, 'deleteMethod', named));
  await refused(call(serviceCertificates, 'get', named), 404, 'ResourceNotFound', '');
});

test('a deployment is all that it was given', async () => {
  await deployed('given', 'Production', { extensionConfiguration: extended });

  const found = await read('given');

  assert.deepEqual(found.extendedProperties, { Mine: 'yes' });
  assert.deepEqual(found.extensionConfiguration.allRoles, extended.allRoles);
  assert.match(found.privateId, /^[0-9a-f]{32}$/);
  assert.ok(found.createdTime instanceof Date && found.lastModifiedTime instanceof Date);
  assert.deepEqual([found.rollbackAllowed, found.locked, found.upgradeDomainCount], [false, false, 2]);
});

for (const [by, slotOrName, read, changes, upgrades, walks, rollsBack] of [
  [
    'name',
    'v1',
    'getByName',
    'changeConfigurationByName',
    'upgradeByName',
    'walkUpgradeDomainByDeploymentName',
    'rollbackUpdateOrUpgradeByDeploymentName',
  ],
  [
    'slot',
    'Staging',
    'getBySlot',
    'changeConfigurationBySlot',
    'upgradeBySlot',
    'walkUpgradeDomainByDeploymentSlot',
    'rollbackUpdateOrUpgradeByDeploymentSlot',
  ],
]) {
  test(`a deployment is upgraded domain by domain and rolled back, by ${by}`, async () => {
    const service = `upgraded${by}`;
    await deployed(service, 'Staging', { extensionConfiguration: named });
    const upgrade = {
      ...content,
      label: 'v2 label',
      mode: 'Manual',
      force: false,
      roleToUpgrade: 'WorkerRole1',
      extensionConfiguration: { ...extended, ...named },
    };

    await succeeds(call(deployments, upgrades, service, slotOrName, upgrade));
    const { upgradeStatus, label } = await call(deployments, read, service, slotOrName);
    assert.deepEqual(
      [label, upgradeStatus.upgradeType, upgradeStatus.currentUpgradeDomainState, upgradeStatus.currentUpgradeDomain],
      ['v2 label', 'Manual', 'Before', 0],
    );

    await succeeds(call(deployments, walks, service, slotOrName, { upgradeDomain: 0 }));
    assert.equal((await call(deployments, read, service, slotOrName)).upgradeStatus.currentUpgradeDomain, 1);
    const back = await call(deployments, rollsBack, service, slotOrName, { mode: 'Auto', force: true });
    assert.match(back.requestId, /^[0-9a-f]{32}$/);
    const after = await call(deployments, read, service, slotOrName);
    assert.deepEqual([after.label, after.upgradeStatus], ['v label', undefined]);

    const change = {
      configuration: configuration('scaled'),
      mode: 'Auto',
      treatWarningsAsError: true,
      extendedProperties: { Mine: 'changed' },
      extensionConfiguration: { ...extended, ...named },
    };
    await succeeds(call(deployments, changes, service, slotOrName, change));
    const changed = await call(deployments, read, service, slotOrName);
    assert.deepEqual([changed.extendedProperties, changed.roleInstances.length], [{ Mine: 'changed' }, 4]);
  });
}

for (const [by, slotOrName, reboots, reimages, rebuilds, deletes, packages, events] of [
  [
    'name',
    'v1',
    'rebootRoleInstanceByDeploymentName',
    'reimageRoleInstanceByDeploymentName',
    'rebuildRoleInstanceByDeploymentName',
    'deleteRoleInstanceByDeploymentName',
    'getPackageByName',
    'listEvents',
  ],
  [
    'slot',
    'Production',
    'rebootRoleInstanceByDeploymentSlot',
    'reimageRoleInstanceByDeploymentSlot',
    'rebuildRoleInstanceByDeploymentSlot',
    'deleteRoleInstanceByDeploymentSlot',
    'getPackageBySlot',
    'listEventsBySlot',
  ],
]) {
  test(`instances are rebooted, reimaged, rebuilt and deleted, by ${by}`, async () => {
    const service = `instances${by}`;
    await deployed(service, 'Production', { configuration: configuration('scaled') });
    const [first, second] = names(await read(service));
    await succeeds(posted(deployments, reboots, service, slotOrName, first));
    await succeeds(posted(deployments, reimages, service, slotOrName, first));
    await succeeds(posted(deployments, rebuilds, service, slotOrName, first, 'allLocalDrives'));
    const [ready] = (await read(service)).roleInstances;
    assert.deepEqual([ready.instanceName, ready.instanceStatus], [first, 'ReadyRole']);
    await refused(posted(deployments, reboots, service, slotOrName, 'nobody'), 404, 'ResourceNotFound', '');

    await succeeds(call(deployments, deletes, service, slotOrName, { name: [first] }));
    assert.deepEqual(names(await read(service))[0], second);
    assert.equal((await read(service)).roleInstances.length, 3);
  });

  test(`packages and events of a deployment are got, by ${by}`, async () => {
    const service = `packages${by}`;
    await deployed(service);

    const where = { containerUri: CONTAINER, overwriteExisting: true };
    await succeeds(posted(deployments, packages, service, slotOrName, where));

    const { deploymentEvents } = await call(
      deployments,
      events,
      service,
      slotOrName,
      new Date(0),
      new Date('2099-01-01'),
    );
    assert.deepEqual(deploymentEvents, []);
  });
}
