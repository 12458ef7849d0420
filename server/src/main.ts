/** Process entry of the language server that the extension starts: over node IPC when forked, else standard streams. */
import { ipcTransport, serve, stdioTransport } from './connection';
import { told } from './connectionLogger';
import { processWorld, startServer } from './server';

const world = processWorld();
const transport = process.argv.includes('--node-ipc')
  ? ipcTransport()
  : stdioTransport(process.stdin, process.stdout);
const end = serve(
  transport,
  (connection) => startServer(connection, world),
  (code) => process.exit(code),
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`phasewise: a promise was rejected and nobody looked:\n${told(reason)}\n`);
});
process.on('uncaughtException', (error) => {
  process.stderr.write(`phasewise: this is a bug in Phasewise itself:\n${told(error)}\n`);
  end(1);
});
