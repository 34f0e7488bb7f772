'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { call, network, refused, storage } = require('./clients');
const { certificatePem } = require('./given');

const gateways = network.gateways;
const NETWORK = 'my network';
const SITE = 'headquarters';
const CONFIGURATION = `<?xml version="1.0" encoding="utf-8"?>
<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
  <VirtualNetworkConfiguration>
    <LocalNetworkSites>
      <LocalNetworkSite name="${SITE}">
        <AddressSpace><AddressPrefix>192.168.0.0/16</AddressPrefix></AddressSpace>
        <VPNGatewayAddress>203.0.113.7</VPNGatewayAddress>
      </LocalNetworkSite>
    </LocalNetworkSites>
    <VirtualNetworkSites>
      <VirtualNetworkSite name="${NETWORK}" Location="West US">
        <AddressSpace><AddressPrefix>10.0.0.0/24</AddressPrefix></AddressSpace>
        <Subnets><Subnet name="GatewaySubnet"><AddressPrefix>10.0.0.0/28</AddressPrefix></Subnet></Subnets>
        <Gateway>
          <VPNClientAddressPool><AddressPrefix>172.16.0.0/24</AddressPrefix></VPNClientAddressPool>
          <ConnectionsToLocalNetwork>
            <LocalNetworkSiteRef name="${SITE}"><Connection type="IPsec" /></LocalNetworkSiteRef>
          </ConnectionsToLocalNetwork>
        </Gateway>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>`;

const configure = () => call(network.networks, 'setConfiguration', { configuration: CONFIGURATION });

test('a gateway is created, read, changed and deleted', async () => {
  await configure();
  const before = await call(gateways, 'get', NETWORK);
  assert.deepEqual([before.state, before.gatewayType], ['NotProvisioned', 'StaticRouting']);

  const created = await call(gateways, 'create', NETWORK, { gatewayType: 'DynamicRouting', gatewaySKU: 'Default' });
  assert.equal(created.status, 'Successful');

  const made = await call(gateways, 'get', NETWORK);
  assert.deepEqual([made.state, made.gatewayType], ['Provisioned', 'DynamicRouting']);
  assert.match(made.vipAddress, /^\d+(\.\d+){3}$/);
  assert.equal(made.lastEvent.id, '23002');
  assert.ok(made.lastEvent.message.endsWith(`virtual network: ${NETWORK}`));

  await call(gateways, 'resize', NETWORK, { operation: 'Resize', gatewaySKU: 'HighPerformance' });
  assert.equal((await call(gateways, 'get', NETWORK)).gatewaySKU, 'HighPerformance');
  assert.equal((await call(gateways, 'reset', NETWORK, { operation: 'Reset' })).status, 'Successful');
  assert.equal((await call(gateways, 'failover', NETWORK)).status, 'Successful');

  assert.equal((await call(gateways, 'setDefaultSites', NETWORK, { defaultSite: SITE })).status, 'Successful');
  assert.equal((await call(gateways, 'removeDefaultSites', NETWORK)).status, 'Successful');

  assert.equal((await call(gateways, 'deleteMethod', NETWORK)).status, 'Successful');
  const after = await call(gateways, 'get', NETWORK);
  assert.deepEqual([after.state, after.lastEvent.id], ['NotProvisioned', '23004']);
});

test('a gateway of the first generation connects to a local network site', async () => {
  await configure();
  await call(gateways, 'create', NETWORK, { gatewayType: 'DynamicRouting', gatewaySKU: 'Default' });

  assert.match((await call(gateways, 'getSharedKey', NETWORK, SITE)).sharedKey, /^[A-Za-z0-9]{32}$/);
  await call(gateways, 'setSharedKey', NETWORK, SITE, { value: 'MyKey1' });
  assert.equal((await call(gateways, 'getSharedKey', NETWORK, SITE)).sharedKey, 'MyKey1');
  await call(gateways, 'resetSharedKey', NETWORK, SITE, { keyLength: 100 });
  assert.match((await call(gateways, 'getSharedKey', NETWORK, SITE)).sharedKey, /^[A-Za-z0-9]{100}$/);

  const hashAlgorithm = 'SHA256';
  const parameters = {
    encryptionType: 'AES256',
    hashAlgorithm,
    pfsGroup: 'PFS1',
    sADataSizeKilobytes: 5,
    sALifeTimeSeconds: 7,
  };
  await call(gateways, 'setIPsecParameters', NETWORK, SITE, { parameters });
  const { iPsecParameters } = await call(gateways, 'getIPsecParameters', NETWORK, SITE);
  assert.deepEqual(
    [iPsecParameters.encryptionType, iPsecParameters.pfsGroup, iPsecParameters.sADataSizeKilobytes],
    ['AES256', 'PFS1', 5],
  );

  await call(gateways, 'connectDisconnectOrTest', NETWORK, SITE, { operation: 'Connect', iPAddress: '203.0.113.7' });
  const { connections } = await call(gateways, 'listConnections', NETWORK);
  assert.deepEqual(
    connections.map((one) => [one.localNetworkSiteName, one.connectivityState, one.egressBytesTransferred]),
    [[SITE, 'Connected', 0]],
  );

  const { vendors } = await call(gateways, 'listSupportedDevices');
  const [{ name: vendor, platforms }] = vendors;
  const script = await call(gateways, 'getDeviceConfigurationScript', NETWORK, {
    vendor,
    platform: platforms[0].name,
    oSFamily: platforms[0].oSFamilies[0].name,
  });
  assert.ok(script.configurationScript.includes('203.0.113.7'));
  await call(gateways, 'deleteMethod', NETWORK);
});

test('what passes a gateway is captured, in either generation', async () => {
  await configure();
  await call(gateways, 'create', NETWORK, { gatewayType: 'DynamicRouting', gatewaySKU: 'Default' });
  const account = { name: 'mystorageaccount', label: 'l', location: 'West US', accountType: 'Standard_LRS' };
  await call(storage.storageAccounts, 'create', account);
  const capture = {
    captureDurationInSeconds: '60',
    containerName: 'captures',
    customerStorageKey: (await call(storage.storageAccounts, 'getKeys', 'mystorageaccount')).primaryKey,
    customerStorageName: 'mystorageaccount',
    operation: 'StartDiagnostics',
  };
  assert.equal((await call(gateways, 'startDiagnostics', NETWORK, capture)).status, 'Successful');
  const stopped = await call(gateways, 'stopDiagnostics', NETWORK, { operation: 'StopDiagnostics' });
  assert.equal(stopped.statusCode, 202);
  const { state, diagnosticsUrl } = await call(gateways, 'getDiagnostics', NETWORK);
  assert.equal(state, 'Ready');
  assert.match(diagnosticsUrl, /^https:\/\/mystorageaccount\.blob\.core\.windows\.net\/captures\//);
  await call(gateways, 'deleteMethod', NETWORK);

  const parameters = { gatewayName: 'captured', gatewayType: 'DynamicRouting', gatewaySKU: 'Standard' };
  await call(gateways, 'createVirtualNetworkGateway', NETWORK, parameters);
  const [{ gatewayId }] = (await call(gateways, 'listVirtualNetworkGateways')).virtualNetworkGateways;
  assert.equal((await call(gateways, 'startDiagnosticsV2', gatewayId, capture)).status, 'Successful');
  assert.equal(
    (await call(gateways, 'stopDiagnosticsV2', gatewayId, { operation: 'StopDiagnostics' })).statusCode,
    202,
  );
  assert.equal((await call(gateways, 'getDiagnosticsV2', gatewayId)).state, 'Ready');
  await call(gateways, 'deleteVirtualNetworkGateway', gatewayId);
});

test('client root certificates let computers dial in', async () => {
  await configure();
  await call(gateways, 'create', NETWORK, { gatewayType: 'DynamicRouting', gatewaySKU: 'Default' });
  const certificates = network.clientRootCertificates;
  const dialer = { processorArchitecture: 'Amd64' };
  await refused(
    call(gateways, 'generateVpnClientPackage', NETWORK, dialer),
    404,
    'ResourceNotFound',
    'at least one client root certificate',
  );

  await call(certificates, 'create', NETWORK, { certificate: certificatePem });
  const { clientRootCertificates } = await call(certificates, 'list', NETWORK);
  assert.equal(clientRootCertificates.length, 1);
  const [{ thumbprint, subject, expirationTime }] = clientRootCertificates;
  assert.match(thumbprint, /^[0-9A-F]{40}$/);
  assert.match(subject, /CN=/);
  assert.ok(expirationTime > new Date());
  assert.equal((await call(certificates, 'get', NETWORK, thumbprint)).certificate, certificatePem);
  assert.equal((await call(gateways, 'generateVpnClientPackage', NETWORK, dialer)).status, 'Successful');

  await call(certificates, 'deleteMethod', NETWORK, thumbprint);
  assert.equal((await call(certificates, 'list', NETWORK)).clientRootCertificates.length, 0);
  await call(gateways, 'deleteMethod', NETWORK);
});

test('gateways of the second generation connect to local network gateways', async () => {
  await configure();
  await call(gateways, 'createVirtualNetworkGateway', NETWORK, {
    gatewayName: 'mine',
    gatewayType: 'DynamicRouting',
    gatewaySKU: 'Standard',
    location: 'West US',
    vnetId: NETWORK,
    bgpSettings: { asn: 65515, bgpPeeringAddress: '10.0.0.14', peerWeight: 0 },
  });
  const { virtualNetworkGateways } = await call(gateways, 'listVirtualNetworkGateways');
  assert.deepEqual(
    virtualNetworkGateways.map((one) => [one.gatewayName, one.state, one.bgpSettings.asn]),
    [['mine', 'Provisioned', 65515]],
  );
  const [{ gatewayId }] = virtualNetworkGateways;

  const bgpSettings = { asn: 1234, bgpPeeringAddress: '192.168.0.1', peerWeight: 5 };
  const local = await call(gateways, 'createLocalNetworkGateway', {
    gatewayName: 'theirs',
    ipAddress: '203.0.113.7',
    addressSpace: ['192.168.0.0/16'],
    bgpSettings,
  });
  // The package gives the answer as it came: a document.
  const [entity] = local.localNetworkGatewayId.match(/[0-9a-f-]{36}/);
  await call(gateways, 'updateLocalNetworkGateway', entity, { addressSpace: ['192.168.0.0/24'], bgpSettings });
  const theirs = await call(gateways, 'getLocalNetworkGateway', entity);
  assert.deepEqual([theirs.gatewayName, theirs.ipAddress, theirs.bgpSettings.asn], ['theirs', '203.0.113.7', 1234]);
  assert.equal((await call(gateways, 'listLocalNetworkGateways')).localNetworkGateways.length, 1);

  await call(gateways, 'createGatewayConnection', {
    gatewayConnectionName: 'ours',
    gatewayConnectionType: 'IPsec',
    virtualNetworkGatewayId: gatewayId,
    connectedEntityId: entity,
    routingWeight: 3,
    sharedKey: 'abc',
    enableBgp: false,
  });
  await call(gateways, 'updateGatewayConnection', gatewayId, entity, {
    routingWeight: 4,
    sharedKey: 'def',
    enableBgp: false,
  });
  const connection = await call(gateways, 'getGatewayConnection', gatewayId, entity);
  assert.deepEqual([connection.routingWeight, connection.sharedKey], [4, 'def']);
  assert.equal((await call(gateways, 'listGatewayConnections')).virtualNetworkGatewayConnections.length, 1);

  await call(gateways, 'resetSharedKeyV2', gatewayId, entity, { keyLength: 128 });
  assert.match((await call(gateways, 'getSharedKeyV2', gatewayId, entity)).sharedKey, /^[A-Za-z0-9]{128}$/);
  await call(gateways, 'setSharedKeyV2', gatewayId, entity, { value: 'MNO' });
  assert.equal((await call(gateways, 'getSharedKeyV2', gatewayId, entity)).sharedKey, 'MNO');
  const hashAlgorithm = 'SHA1';
  const parameters = {
    encryptionType: 'NoEncryption',
    hashAlgorithm,
    pfsGroup: 'PFS1',
    sADataSizeKilobytes: 0,
    sALifeTimeSeconds: 0,
  };
  await call(gateways, 'setIPsecParametersV2', gatewayId, entity, { parameters });
  const { iPsecParameters } = await call(gateways, 'getIPsecParametersV2', gatewayId, entity);
  assert.deepEqual(
    [iPsecParameters.sADataSizeKilobytes, iPsecParameters.sALifeTimeSeconds, iPsecParameters.hashAlgorithm],
    [102400000, 3600, 'SHA1'],
  );
  assert.equal((await call(gateways, 'getDiagnosticsV2', gatewayId)).state, 'Ready');
  await call(gateways, 'resizeVirtualNetworkGateway', gatewayId, {
    operation: 'Resize',
    gatewaySKU: 'HighPerformance',
  });
  await call(gateways, 'resetVirtualNetworkGateway', gatewayId, { operation: 'Reset' });
  assert.equal((await call(gateways, 'getVirtualNetworkGateway', gatewayId)).gatewaySKU, 'HighPerformance');

  await call(gateways, 'deleteGatewayConnection', gatewayId, entity);
  await call(gateways, 'deleteLocalNetworkGateway', entity);
  await call(gateways, 'deleteVirtualNetworkGateway', gatewayId);
  assert.equal((await call(gateways, 'listVirtualNetworkGateways')).virtualNetworkGateways.length, 0);
});

test('what is refused says why, in the words of the service', async () => {
  await refused(
    call(gateways, 'get', 'nowhere'),
    400,
    'BadRequest',
    "The specified virtual network name 'nowhere' is not valid or could not be found.",
  );
});
