import { startPostgres } from '../src/start-server.ts';

// A process of its own for the tests that kill one: starts a server, says where, and stays until it is ended.
const [dataDir, settings] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: starter.ts DATA_DIR [throwaway]');
const server = await startPostgres({ dataDir, settings: settings === 'throwaway' ? 'throwaway' : 'durable' });
console.log(JSON.stringify({ url: server.url, pid: server.pid }));
process.stdin.resume();
process.stdin.once('end', () => {
  void server.stop();
});
