// What the tests give to the functions, where more than one of them gives it.
'use strict';

const { X509Certificate } = require('node:crypto');
const fs = require('node:fs');

exports.CENTOS = '5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410';

// A certificate: what it says, and itself as the client's file has it.
exports.certificate = new X509Certificate(fs.readFileSync(process.env.ASM_PEM));
exports.certificatePem = exports.certificate.toString();

exports.blob = (name) => `https://mystorageaccount.blob.core.windows.net/vhds/${name}.vhd`;

exports.linux = (name, rest = {}) => ({
  configurationSetType: 'LinuxProvisioningConfiguration',
  hostName: name,
  userName: 'myuser',
  userPassword: 'Passw0rd!',
  disableSshPasswordAuthentication: false,
  ...rest,
});

// The configuration of one virtual network, in West US.
exports.networkConfiguration = (name, subnets = { Front: '10.0.0.0/24' }, addresses = '10.0.0.0/16') => {
  const parts = Object.entries(subnets).map(
    ([subnet, prefix]) => `<Subnet name="${subnet}"><AddressPrefix>${prefix}</AddressPrefix></Subnet>`,
  );
  return `<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
  <VirtualNetworkConfiguration>
    <VirtualNetworkSites>
      <VirtualNetworkSite name="${name}" Location="West US">
        <AddressSpace><AddressPrefix>${addresses}</AddressPrefix></AddressSpace>
        <Subnets>${parts.join('')}</Subnets>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>`;
};
