import { join } from 'node:path';
import { loadPackageDefinition, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { Refusal } from '../error.ts';
import { paths } from '../paths.ts';
import type { ProtoGrpcType } from './generated/pattern.ts';

export const SERVICE_NAME = 'halyard.pattern.v1.PatternService';

/** `proto/pattern.proto`, read anew at each call; the types in `generated` are made from it by `npm run proto:types`. */
export function loadPatternPackage(): PackageDefinition {
  return loadSync(join(paths().root, 'proto', 'pattern.proto'), {
    longs: Number,
    defaults: true,
    arrays: true,
    objects: true,
    oneofs: true,
  });
}

/** The service as clients and servers of this process know it. */
export function patternService(definition: PackageDefinition): ProtoGrpcType['halyard']['pattern']['v1'] {
  // The one place where the file's content meets the types that were generated from it.
  return (loadPackageDefinition(definition) as unknown as ProtoGrpcType).halyard.pattern.v1;
}

/** A request whose bytes are no message of its kind. */
export class Unreadable {
  constructor(readonly refusal: Refusal) {}
}

/**
 * The same service, but that bytes which are no message arrive as {@link Unreadable}: left to itself the library calls
 * them an internal error of the server.
 */
export function tellingUnreadable(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      { ...method, requestDeserialize: reader(method) },
    ]),
  );
}

function reader({ path, requestDeserialize }: MethodDefinition<unknown, unknown>) {
  return (bytes: Buffer): unknown => {
    try {
      return requestDeserialize(bytes);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return new Unreadable(
        new Refusal(
          'invalid',
          `The ${bytes.length} bytes of the request are no message that ${path} takes (${why}): make it from proto/pattern.proto.`,
        ),
      );
    }
  };
}
