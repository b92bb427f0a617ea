import {
  type CallOptions,
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type requestCallback,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { BarsRequest } from '../generated/halyard/pattern/v1/BarsRequest.ts';
import type { GetModelRequest } from '../generated/halyard/pattern/v1/GetModelRequest.ts';
import type { Image64x64x3 } from '../generated/halyard/pattern/v1/Image64x64x3.ts';
import type { Model__Output } from '../generated/halyard/pattern/v1/Model.ts';
import type { PatternReply__Output } from '../generated/halyard/pattern/v1/PatternReply.ts';
import { loadPatternPackage, patternService } from '../pattern-proto.ts';

interface AskOptions {
  /** Instead of the client's own token. */
  readonly metadata?: Metadata;
  readonly deadlineMs?: number;
}

/** A client whose calls are promises; a status other than OK is thrown as `ServiceError`. */
export interface TestClient {
  readonly token: Metadata;
  classify(request: Image64x64x3, options?: AskOptions): Promise<PatternReply__Output>;
  classifyBars(request: BarsRequest, options?: AskOptions): Promise<PatternReply__Output>;
  getModel(request: GetModelRequest, options?: AskOptions): Promise<Model__Output>;
  classifyStream(): ClientDuplexStream<Image64x64x3, PatternReply__Output>;
  close(): void;
}

/** A client of the server on this port, with the token that it sends. */
export function openClient(port: number, secret: string): TestClient {
  const { PatternService } = patternService(loadPatternPackage());
  const client = new PatternService(`127.0.0.1:${port}`, credentials.createInsecure());
  const token = bearer(secret);
  const promised =
    <Request, Reply>(
      call: (
        request: Request,
        metadata: Metadata,
        options: CallOptions,
        done: requestCallback<Reply>,
      ) => unknown,
    ) =>
    (request: Request, { metadata = token, deadlineMs = 10_000 }: AskOptions = {}) =>
      new Promise<Reply>((resolve, reject) => {
        call(request, metadata, { deadline: Date.now() + deadlineMs }, (error, reply) => {
          if (error) reject(error);
          else if (reply === undefined) reject(new Error('neither reply nor error'));
          else resolve(reply);
        });
      });
  return {
    token,
    classify: promised<Image64x64x3, PatternReply__Output>((...given) => client.Classify(...given)),
    classifyBars: promised<BarsRequest, PatternReply__Output>((...given) => client.ClassifyBars(...given)),
    getModel: promised<GetModelRequest, Model__Output>((...given) => client.GetModel(...given)),
    classifyStream: () => client.ClassifyStream(token),
    close: () => client.close(),
  };
}

export function bearer(secret: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${secret}`);
  return metadata;
}

export interface StreamEnd {
  readonly replies: readonly PatternReply__Output[];
  readonly error: ServiceError | null;
}

/** All that a stream answers until it ends. */
export function endOf(stream: ClientDuplexStream<Image64x64x3, PatternReply__Output>): Promise<StreamEnd> {
  const replies: PatternReply__Output[] = [];
  return new Promise((resolve) => {
    stream.on('data', (reply: PatternReply__Output) => replies.push(reply));
    stream.on('end', () => resolve({ replies, error: null }));
    stream.on('error', (error: ServiceError) => resolve({ replies, error }));
  });
}

/** The services that reflection names. */
export async function reflectedServices(port: number): Promise<string[]> {
  const file = loadSync('node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');
  const service = file['grpc.reflection.v1.ServerReflection'] as ServiceDefinition;
  const Reflection = makeGenericClientConstructor(service, 'ServerReflection');
  const client = new Reflection(`127.0.0.1:${port}`, credentials.createInsecure());
  type Answer = { listServicesResponse: { service: { name: string }[] } };
  try {
    const stream = client.ServerReflectionInfo();
    const answer = new Promise<Answer>((resolve, reject) => stream.on('data', resolve).on('error', reject));
    stream.write({ listServices: '*' });
    stream.end();
    return (await answer).listServicesResponse.service.map(({ name }) => name);
  } finally {
    client.close();
  }
}

type Method = 'Classify' | 'ClassifyBars' | 'GetModel';

/** A client that sends bytes as they are, and the bytes that a good request would have. */
export function openRawClient(port: number, metadata: Metadata) {
  const { service } = patternService(loadPatternPackage()).PatternService;
  const asIs = (bytes: Buffer) => bytes;
  const codecs = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  const rawService = Object.fromEntries(
    Object.entries(service).map(([name, method]) => [name, { ...method, ...codecs }]),
  );
  const Raw = makeGenericClientConstructor(rawService, 'Raw');
  const client = new Raw(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    bytesOf: (method: Method, request: object): Buffer => service[method].requestSerialize(request),
    send: (method: Method, bytes: Buffer): Promise<status> =>
      new Promise((resolve) => {
        const done = (error: ServiceError | null) => resolve(error?.code ?? status.OK);
        client[method](bytes, metadata, { deadline: Date.now() + 5000 }, done);
      }),
    close: () => client.close(),
  };
}
