/** Runs kinesalite or dynalite, in memory, on a free loopback port, and says which: a process of its own, as people run it. */
import { createRequire } from 'node:module';

const [name] = process.argv.slice(2);
const server = createRequire(import.meta.url)(name)({ createStreamMs: 0, createTableMs: 0, shardLimit: 100 });
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
