// The clients for the emulator that the environment names, and small helpers for calling them.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const compute = require('azure-asm-compute');
const management = require('azure-asm-mgmt');
const network = require('azure-asm-network');
const scheduler = require('azure-asm-scheduler');
const serviceBus = require('azure-asm-sb');
const sql = require('azure-asm-sql');
const storage = require('azure-asm-storage');
const trafficManager = require('azure-asm-trafficmanager');
const store = require('azure-asm-store');
const websites = require('azure-asm-website');
const subscriptions = require('azure-asm-subscription');
const jobs = require('azure-scheduler');

const { watched } = require('./calls');

const { ASM_ENDPOINT, ASM_SUBSCRIPTION, ASM_PEM } = process.env;

// Given as `pem`, the packages would look for an RSA key in it; as `cert` and `key` they take what TLS takes.
const pem = fs.readFileSync(ASM_PEM, 'utf8');
const credentials = management.createCertificateCloudCredentials({
  subscriptionId: ASM_SUBSCRIPTION,
  cert: pem,
  key: pem,
});

function patient(client) {
  // The packages' own options; without them they wait 30 seconds before they first ask how an operation went.
  client.longRunningOperationInitialTimeout = 0;
  client.longRunningOperationRetryTimeout = 0;
  return client;
}

exports.subscription = ASM_SUBSCRIPTION;

const made = (name, create) => watched(name, patient(create(credentials, ASM_ENDPOINT)));

exports.compute = made('compute', compute.createComputeManagementClient);
exports.management = made('mgmt', management.createManagementClient);
exports.network = made('network', network.createNetworkManagementClient);
exports.serviceBus = made('sb', serviceBus.createServiceBusManagementClient);
exports.sql = made('sql', sql.createSqlManagementClient);
exports.cloudServices = made('scheduler', scheduler.createCloudServiceManagementClient);
exports.scheduler = made('scheduler', scheduler.createSchedulerManagementClient);
exports.jobsOf = (cloudService, jobCollection) =>
  made('jobs', (...where) => jobs.createSchedulerClient(cloudService, jobCollection, ...where)).jobs;
exports.store = made('store', store.createStoreManagementClient);
exports.storage = made('storage', storage.createStorageManagementClient);
exports.subscriptions = made('subscription', subscriptions.createSubscriptionClient);
exports.trafficManager = made('trafficmanager', trafficManager.createTrafficManagerManagementClient);
exports.websites = made('website', websites.createWebSiteManagementClient);

// Call a method that takes a callback; the promise is of its result.
exports.call = (operations, method, ...parameters) =>
  new Promise((resolve, reject) => {
    operations[method](...parameters, (error, result) => (error ? reject(error) : resolve(result)));
  });

// Call a method whose POST has no body: the package waits for one to be piped into the stream that the method returns.
exports.posted = (operations, method, ...parameters) =>
  new Promise((resolve, reject) => {
    operations[method](...parameters, (error, result) => (error ? reject(error) : resolve(result))).end();
  });

// The call has to be refused by the service with this status, code and message.
exports.refused = async (promise, statusCode, code, message) => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  );
  assert.deepEqual([error.statusCode, error.code], [statusCode, code], String(error));
  assert.ok(error.message.includes(message), error.message);
};

// The call has to succeed, as the operation tells that the package asked for.
exports.succeeds = async (promise) => {
  const { status, httpStatusCode } = await promise;
  assert.deepEqual([status, String(httpStatusCode)], ['Succeeded', '200']);
};
