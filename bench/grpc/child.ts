// The gRPC server of the `grpc` benchmark, a process of its own as in real life. Says its port and a token, and ends
// when its standard input does.
import { readFileSync } from 'node:fs';
import { OPERATOR } from '../../lib/server/auth/actor.ts';
import { startPatternServer } from '../../lib/server/grpc/server.ts';
import { serveVersions } from '../../lib/server/service/serving.ts';
import { addToken } from '../../lib/server/service/token.ts';
import { makeChampion, registerModel } from '../../lib/server/testing/served-model.ts';

const [modelFile] = process.argv.slice(2);
const { name } = await registerModel(readFileSync(modelFile));
await makeChampion(name);
const { secret } = await addToken(OPERATOR, { name: 'bench', scopes: ['classify'], days: null });
const server = await startPatternServer({ host: '127.0.0.1', port: 0, models: serveVersions() });
console.log(JSON.stringify({ port: server.port, secret }));
process.stdin.on('end', () => process.exit(0)).resume();
