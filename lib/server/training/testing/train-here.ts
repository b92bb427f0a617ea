// Stands for a worker in a process of its own, so that a test can kill it: trains run `RUN` of the database `URL`.
import { jobContext } from '../../dataset/testing/job-context.ts';
import { configureDatabase } from '../../db/connection.ts';
import { runTraining } from '../../service/train.ts';

const [url, run] = process.argv.slice(2);
configureDatabase(url);
await runTraining(jobContext({ runId: Number(run), resume: false }).context);
