import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { port, path, method = 'POST', headers, body, connections, requests } = workerData;
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
let left = requests;

function send() {
  return new Promise((resolve, reject) => {
    const request = http.request({
      port,
      path,
      method,
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('response', response => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function connection() {
  while (left-- > 0) await send();
}

const startedAtMs = performance.now();
try {
  await Promise.all(Array.from({ length: connections }, connection));
  parentPort.postMessage({ seconds: (performance.now() - startedAtMs) / 1000 });
} catch (error) {
  parentPort.postMessage({ problem: error.message });
}
