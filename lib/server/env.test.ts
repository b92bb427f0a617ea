import { expect, test } from 'vitest';
import { grpcPort, parseEnvironment, publicOrigin } from './env.ts';

test('nothing needs to be set, and an empty variable counts as unset', () => {
  const bare = parseEnvironment({} as NodeJS.ProcessEnv);
  expect(bare).toMatchObject({ HOST: '127.0.0.1', PORT: 3000, NODE_ENV: 'development' });
  expect(parseEnvironment({ NODE_ENV: 'test', PORT: ' ', DATABASE_URL: '' })).toMatchObject({ PORT: 3000 });
  expect(publicOrigin(bare)).toBe('http://127.0.0.1:3000');
});

test('every wrong variable is named with its value and what would be right', () => {
  const read = () =>
    parseEnvironment({
      NODE_ENV: 'test',
      PORT: '70000',
      HALYARD_URL: 'halyard.local',
      DATABASE_URL: 'mysql://a',
    });
  expect(read).toThrow(/PORT is "70000": must be between 1 and 65535/);
  expect(read).toThrow(/HALYARD_URL is "halyard.local": must be an http or https address/);
  expect(read).toThrow(/DATABASE_URL is not usable: must look like postgresql:/);
});

test('the password of a wrong DATABASE_URL is not shown', () => {
  const read = () => parseEnvironment({ NODE_ENV: 'test', DATABASE_URL: 'postgre://me:hunter2@db/x' });
  expect(read).toThrow(/DATABASE_URL/);
  expect(read).not.toThrow(/hunter2/);
});

test('a wildcard address is shown as one that can be opened, and HALYARD_URL wins', () => {
  const of = (given: object) => publicOrigin(parseEnvironment({ NODE_ENV: 'test', PORT: '80', ...given }));
  expect(of({ HOST: '0.0.0.0' })).toBe('http://localhost:80');
  expect(of({ HOST: '::1' })).toBe('http://[::1]:80');
  expect(of({ HOST: '0.0.0.0', HALYARD_URL: 'https://halyard.example.org/' })).toBe(
    'https://halyard.example.org',
  );
});

test('the gRPC port is the one after PORT where none is named, and never PORT itself', () => {
  const of = (given: object) => grpcPort(parseEnvironment({ NODE_ENV: 'test', ...given }));
  expect(of({})).toBe(3001);
  expect(of({ PORT: '65535' })).toBe(65_534);
  expect(of({ PORT: '80', GRPC_PORT: '9090' })).toBe(9090);
  expect(() => of({ PORT: '80', GRPC_PORT: '80' })).toThrow(
    /GRPC_PORT is "80": must be another one than PORT/,
  );
});
