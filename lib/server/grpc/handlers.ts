import { once } from 'node:events';
import {
  type handleBidiStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  status,
} from '@grpc/grpc-js';
import type { Program } from '../auth/program.ts';
import type { TokenBook } from '../auth/token-book.ts';
import { Refusal } from '../error.ts';
import type { Classifier } from '../service/classify.ts';
import { Abandoned, type Claim } from '../serving/micro-batch.ts';
import type { Image64x64x3__Output } from './generated/halyard/pattern/v1/Image64x64x3.ts';
import type { PatternServiceHandlers } from './generated/halyard/pattern/v1/PatternService.ts';
import { toBarsInput, toModel, toReply } from './messages.ts';
import { Unreadable } from './pattern-proto.ts';
import { type CallStatus, statusOf } from './status.ts';

/** Images of one stream that are under way at a time: enough to fill half a batch, too few to crowd others out. */
const STREAM_AHEAD = 8;
const BEARER = /^Bearer +(\S+)$/i;

type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'cancelled' | 'getDeadline' | 'metadata' | 'getPath'>;

/** The calls of PatternService: a token in, one call of the service, a message out. */
export function patternHandlers(classifier: Classifier, tokens: TokenBook): PatternServiceHandlers {
  const unary =
    <Request, Reply>(
      answer: (program: Program, request: Request, claim: Claim) => Promise<Reply>,
    ): handleUnaryCall<Request, Reply> =>
    (call, callback) => {
      const answering = async () => {
        const program = await identify(tokens, call.metadata);
        return answer(program, readable(call.request), claimOf(call, false));
      };
      answering().then(
        (reply) => callback(null, reply),
        (error: unknown) => callback(endOf(error, call)),
      );
    };
  const stream: handleBidiStreamingCall<Image64x64x3__Output, object> = (call) =>
    answerInOrder(call, async (request, place) => {
      try {
        const program = await identify(tokens, call.metadata);
        return toReply(await classifier.classifyImage(program, readable(request), claimOf(call, true)));
      } catch (error) {
        throw error instanceof Refusal
          ? new Refusal(error.code, `Image ${place} of the stream: ${error.message}`)
          : error;
      }
    });
  return {
    Classify: unary(async (program, image: Image64x64x3__Output, claim) =>
      toReply(await classifier.classifyImage(program, image, claim)),
    ),
    ClassifyStream: stream,
    ClassifyBars: unary(async (program, request: Parameters<typeof toBarsInput>[0], claim) =>
      toReply(await classifier.classifyBars(program, toBarsInput(request), claim)),
    ),
    GetModel: unary(async (program, request: { modelVersion: string }) =>
      toModel(await classifier.describeModel(program, request)),
    ),
  };
}

/** Answers what a stream brings, several at a time and in their order. The first that fails ends it. */
function answerInOrder<Request, Reply>(
  call: ServerDuplexStream<Request, Reply>,
  answer: (request: Request, place: number) => Promise<Reply>,
): void {
  let place = 0;
  let ahead = 0;
  let failed = false;
  let written: Promise<void> = Promise.resolve();
  const write = async (reply: Promise<Reply>) => {
    if (!call.write(await reply)) await once(call, 'drain');
    if (--ahead < STREAM_AHEAD) call.resume();
  };
  const fail = (error: unknown) => {
    if (failed) return;
    failed = true;
    call.emit('error', endOf(error, call));
  };
  call.on('data', (request: Request) => {
    if (failed) return;
    if (++ahead >= STREAM_AHEAD) call.pause();
    const reply = answer(request, place++);
    // Where one before it fails too, nobody else looks at this one.
    reply.catch(fail);
    written = written.then(() => write(reply));
    written.catch(fail);
  });
  call.on('end', () => {
    written.then(() => call.end(), fail);
  });
}

async function identify(tokens: TokenBook, metadata: Metadata): Promise<Program> {
  const [given] = metadata.get('authorization');
  const token = BEARER.exec(String(given ?? ''))?.[1];
  if (token) return tokens.identify(token);
  throw new Refusal(
    'unauthenticated',
    `This call ${given === undefined ? 'carries no token' : 'carries an authorization that is no bearer token'}: send the metadata "authorization: Bearer TOKEN"; an admin makes one on the People page or by "halyard token add NAME".`,
  );
}

function readable<Request>(request: Request): Request {
  if (request instanceof Unreadable) throw request.refusal;
  return request;
}

/** For this call, until its client leaves or its deadline passes. */
function claimOf(call: AnyCall, patient: boolean): Claim {
  const deadline = Number(call.getDeadline());
  return { patient, isWanted: () => !call.cancelled && Date.now() < deadline };
}

function endOf(error: unknown, call: AnyCall): CallStatus {
  if (error instanceof Abandoned) {
    return { code: status.DEADLINE_EXCEEDED, details: 'The deadline passed before the model was free.' };
  }
  return statusOf(error, call.getPath());
}
