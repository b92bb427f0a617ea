import { createServer } from 'node:net';
import { Problem } from './problem.mjs';

/**
 * @param {string} host @param {number} port
 * @param {string} [variable] the setting that names the port
 * @returns {Promise<void>} when a server could listen there
 * @throws Problem with the remedy where it could not
 */
export function checkPort(host, port, variable = 'PORT') {
  return new Promise((free, taken) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      taken(portProblem(host, port, variable, error)),
    );
    server.listen(port, host, () => server.close(() => free()));
  });
}

/** @param {string} host @param {number} port @param {string} variable @param {NodeJS.ErrnoException} error */
function portProblem(host, port, variable, error) {
  if (error.code === 'EADDRINUSE')
    return new Problem(
      `Port ${port} of ${host} is in use by another program: choose another one, such as "${variable}=${port < 65_535 ? port + 1 : port - 1} npm start".`,
    );
  if (error.code === 'EACCES')
    return new Problem(
      `This user may not listen on port ${port}: choose one above 1023, such as "${variable}=3000 npm start".`,
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new Problem(
      `HOST is "${host}", which is no address of this machine: use 127.0.0.1 for this machine alone, or 0.0.0.0 for the network.`,
    );
  return error;
}
