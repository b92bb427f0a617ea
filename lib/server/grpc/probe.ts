import { credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { z } from '@/lib/contract/zod.ts';
import { SERVICE_NAME } from './pattern-proto.ts';

const ANSWER_WITHIN_MS = 1000;
const replySchema = z.object({ status: z.enum(['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']) });

/**
 * What the standard health of a gRPC server says.
 * @param service the pattern service by default; an empty name for the server as a whole
 * @returns null where no gRPC server answers
 */
export async function askHealth(
  host: string,
  port: number,
  service = SERVICE_NAME,
): Promise<z.infer<typeof replySchema>['status'] | null> {
  // The wildcard addresses are for listening.
  const name = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]).get(host);
  const address = name ?? host;
  const Health = makeGenericClientConstructor(healthService, 'Health');
  const client = new Health(
    `${address.includes(':') ? `[${address}]` : address}:${port}`,
    credentials.createInsecure(),
  );
  try {
    return await new Promise((resolve) => {
      const deadline = Date.now() + ANSWER_WITHIN_MS;
      client.Check({ service }, { deadline }, (error: ServiceError | null, reply: unknown) =>
        resolve(error ? null : replySchema.parse(reply).status),
      );
    });
  } finally {
    client.close();
  }
}
