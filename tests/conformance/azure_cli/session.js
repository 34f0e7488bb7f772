// Runs commands of azure-cli one after another in one process, since to load it takes longer than most commands.
//
// A line of standard input is a command: its arguments, as JSON. A line of standard output is what became of it. The CLI
// is as it is, but for the end of the process after each command.
'use strict';

const path = require('node:path');
const readline = require('node:readline');

const [, , library] = process.argv;
const AzureCli = require(path.join(library, 'cli'));
require(path.join(library, 'util', 'telemetry')).init(false);

const answer = process.stdout.write.bind(process.stdout);
let printed;
let finished;
for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (text) => {
    printed[stream] += text;
    return true;
  };
}
AzureCli.prototype.exitProcess = (code) => finished({ returncode: code || 0, ...printed });

const run = (words) =>
  new Promise((resolve) => {
    printed = { stdout: '', stderr: '' };
    finished = resolve;
    new AzureCli().parse(['node', 'azure', ...words]);
  });

const main = async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    answer(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
  }
  await new Promise((resolve) => answer('', resolve));
  process.exit(0);
};

main();
