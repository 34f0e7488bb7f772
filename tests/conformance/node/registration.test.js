'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { management, refused } = require('./clients');

// A request without a body is sent when its stream is ended, which the package leaves to its caller.
const registration = (method, name) =>
  new Promise((resolve, reject) => {
    management.subscriptions[method](name, (error, result) => (error ? reject(error) : resolve(result))).end();
  });

test('resource providers are registered once', async () => {
  for (const [name, statusCode] of [
    ['mobileservice', 200],
    ['website', 202],
  ]) {
    await refused(
      registration('registerResource', name),
      409,
      'ConflictError',
      `The resource type ${name} is already registered for this subscription.`,
    );
    assert.equal((await registration('unregisterResource', name)).statusCode, statusCode);
    assert.equal((await registration('registerResource', name)).statusCode, statusCode);
  }
  await refused(registration('registerResource', 'toaster'), 404, 'ResourceNotFound', 'The service name is unknown.');
});
