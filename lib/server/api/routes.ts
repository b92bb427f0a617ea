import { api, type EndpointId } from '@/lib/contract/api.ts';
import { type Route, route } from './handle.ts';

/** One service call an endpoint. Services are loaded at first use, so that a page which needs none of them stays light. */
const people = () => import('../service/people.ts');
const tokens = () => import('../service/token.ts');
const system = () => import('../service/system.ts');
const series = () => import('../service/series.ts');
const imports = () => import('../service/import.ts');
const scans = () => import('../service/scan.ts');
const jobs = () => import('../service/job.ts');
const queues = () => import('../service/queue.ts');
const queueWork = () => import('../service/manage-queue.ts');
const searches = () => import('../service/search-windows.ts');
const grid = () => import('../service/grid.ts');
const gold = () => import('../service/gold.ts');
const records = () => import('../service/record.ts');
const replays = () => import('../service/replay.ts');
const similar = () => import('../service/similar.ts');
const guide = () => import('../service/guide.ts');
const labels = () => import('../service/label.ts');
const explore = () => import('../service/explore.ts');
const marks = () => import('../service/mark.ts');
const datasets = () => import('../service/dataset.ts');
const datasetCheck = () => import('../service/check-dataset.ts');
const train = () => import('../service/train.ts');
const learningCurves = () => import('../service/learning-curve.ts');
const selfTraining = () => import('../service/self-training.ts');
const runComparison = () => import('../service/compare-runs.ts');
const models = () => import('../service/model.ts');
const predict = () => import('../service/predict.ts');
const aliases = () => import('../service/alias.ts');
const gates = () => import('../service/gate.ts');

export const routes: Record<EndpointId, Route> = {
  health: route(api.health, async () => (await system()).health()),
  openApi: route(api.openApi, async () => ({ ...(await import('./openapi.ts')).openApiDocument() })),
  systemStatus: route(api.systemStatus, async (_, actor) => (await system()).systemStatus(actor)),

  setup: route(api.setup, async ({ body }) => (await people()).setUpFirstAdmin(body)),
  me: route(api.me, async (_, actor) => (await people()).whoAmI(actor)),
  listPeople: route(api.listPeople, async (_, actor) => (await people()).listPeople(actor)),
  addPerson: route(api.addPerson, async ({ body }, actor) => (await people()).addPerson(actor, body)),
  changePerson: route(api.changePerson, async ({ params, body }, actor) =>
    (await people()).changePerson(actor, { ...params, ...body }),
  ),

  listTokens: route(api.listTokens, async (_, actor) => (await tokens()).listTokens(actor)),
  addToken: route(api.addToken, async ({ body }, actor) => (await tokens()).addToken(actor, body)),
  revokeToken: route(api.revokeToken, async ({ params }, actor) =>
    (await tokens()).revokeToken(actor, params),
  ),

  listJobs: route(api.listJobs, async ({ query }, actor) => (await jobs()).listJobs(actor, query)),
  getJob: route(api.getJob, async ({ params }, actor) => (await jobs()).getJob(actor, params)),
  getJobLog: route(api.getJobLog, async ({ params, query }, actor) =>
    (await jobs()).getJobLog(actor, { ...params, ...query }),
  ),
  cancelJob: route(api.cancelJob, async ({ params }, actor) => (await jobs()).cancelJob(actor, params)),

  listSeries: route(api.listSeries, async (_, actor) => (await series()).listSeries(actor)),
  deleteSeries: route(api.deleteSeries, async ({ params }, actor) =>
    (await series()).deleteSeries(actor, params),
  ),
  uploadBars: route(api.uploadBars, async ({ query, request }, actor) =>
    (await imports()).uploadBars(actor, query, request.body ?? new Blob([]).stream()),
  ),
  importBars: route(api.importBars, async ({ body }, actor) => (await imports()).importBars(actor, body)),
  scanSeries: route(api.scanSeries, async ({ body }, actor) => (await scans()).scanSeries(actor, body)),

  listQueues: route(api.listQueues, async (_, actor) => (await queues()).listQueues(actor)),
  queueProgress: route(api.queueProgress, async ({ params }, actor) =>
    (await queues()).queueProgress(actor, params),
  ),
  whyEmpty: route(api.whyEmpty, async ({ params }, actor) => (await queues()).whyEmpty(actor, params)),
  getQueues: route(api.getQueues, async (_, actor) => (await queueWork()).getQueues(actor)),
  getQueueChoices: route(api.getQueueChoices, async (_, actor) => (await queueWork()).getQueueChoices(actor)),
  createQueue: route(api.createQueue, async ({ body }, actor) =>
    (await queueWork()).createQueue(actor, body),
  ),
  updateQueue: route(api.updateQueue, async ({ params, body }, actor) =>
    (await queueWork()).updateQueue(actor, { ...body, ...params }),
  ),
  orderQueue: route(api.orderQueue, async ({ params }, actor) =>
    (await import('../service/order-queue.ts')).orderQueue(actor, params),
  ),
  previewQueue: route(api.previewQueue, async ({ body }, actor) =>
    (await queueWork()).previewQueue(actor, body),
  ),
  mineDeficit: route(api.mineDeficit, async ({ body }, actor) => (await searches()).mineDeficit(actor, body)),
  moreLikeThis: route(api.moreLikeThis, async ({ params, body }, actor) =>
    (await searches()).moreLikeThis(actor, { ...params, ...body }),
  ),
  claimItems: route(api.claimItems, async ({ params, body }, actor) =>
    (await labels()).claimItems(actor, { ...params, ...body }),
  ),
  ownAnswers: route(api.ownAnswers, async ({ query }, actor) => (await labels()).ownAnswers(actor, query)),
  getGuide: route(api.getGuide, async ({ query }, actor) => (await guide()).getGuide(actor, query)),
  writeGuide: route(api.writeGuide, async ({ body }, actor) => (await guide()).writeGuide(actor, body)),
  renewLeases: route(api.renewLeases, async ({ body }, actor) => (await labels()).renewLeases(actor, body)),
  releaseLeases: route(api.releaseLeases, async ({ body }, actor) =>
    (await labels()).releaseLeases(actor, body),
  ),
  annotate: route(api.annotate, async ({ body }, actor) => (await labels()).annotate(actor, body)),
  myAnswers: route(api.myAnswers, async ({ query }, actor) => (await labels()).myAnswers(actor, query)),

  searchSeries: route(api.searchSeries, async ({ query }, actor) =>
    (await explore()).searchSeries(actor, query),
  ),
  openSeries: route(api.openSeries, async ({ params }, actor) => (await explore()).openSeries(actor, params)),
  seriesBars: route(api.seriesBars, async ({ params, query }, actor) =>
    lastingBytes(await (await explore()).seriesBars(actor, { ...params, ...query })),
  ),
  seriesStretch: route(api.seriesStretch, async ({ params, query }, actor) =>
    lastingBytes(await (await explore()).seriesStretch(actor, { ...params, ...query })),
  ),
  ruleMarks: route(api.ruleMarks, async ({ params, query }, actor) =>
    (await marks()).ruleMarks(actor, { ...params, ...query }),
  ),
  peopleMarks: route(api.peopleMarks, async ({ params, query }, actor) =>
    (await marks()).peopleMarks(actor, { ...params, ...query }),
  ),
  modelMarks: route(api.modelMarks, async ({ params, query }, actor) =>
    (await marks()).modelMarks(actor, { ...params, ...query }),
  ),
  makeWindow: route(api.makeWindow, async ({ params, body }, actor) =>
    (await import('../service/make-window.ts')).makeWindow(actor, { ...params, ...body }),
  ),

  claimPage: route(api.claimPage, async ({ params, body }, actor) =>
    (await grid()).claimPage(actor, { ...params, ...body }),
  ),
  submitPage: route(api.submitPage, async ({ body }, actor) => (await grid()).submitPage(actor, body)),
  retractPage: route(api.retractPage, async ({ params, body }, actor) =>
    (await grid()).retractPage(actor, { ...params, ...body }),
  ),
  catchRates: route(api.catchRates, async ({ params }, actor) => (await grid()).catchRates(actor, params)),

  anchoring: route(api.anchoring, async ({ params }, actor) =>
    (await import('../service/anchoring.ts')).anchoring(actor, params),
  ),
  getGold: route(api.getGold, async (_, actor) => (await gold()).getGold(actor)),
  markGold: route(api.markGold, async ({ params, body }, actor) =>
    (await gold()).markGold(actor, { ...params, ...body }),
  ),
  freezeGold: route(api.freezeGold, async ({ body }, actor) => (await gold()).freezeGold(actor, body)),
  similarWindows: route(api.similarWindows, async ({ params, query }, actor) =>
    (await similar()).similarWindows(actor, { ...params, ...query }),
  ),
  replayWindow: route(api.replayWindow, async ({ params }, actor) =>
    (await replays()).replayWindow(actor, params),
  ),
  windowHistory: route(api.windowHistory, async ({ params }, actor) =>
    (await records()).windowHistory(actor, params),
  ),

  listDatasets: route(api.listDatasets, async (_, actor) => (await datasets()).listDatasets(actor)),
  getDataset: route(api.getDataset, async ({ params }, actor) =>
    (await datasets()).getDataset(actor, params),
  ),
  previewDataset: route(api.previewDataset, async ({ body, request }, actor) =>
    (await import('../service/preview-dataset.ts')).previewDataset(actor, body, request.signal),
  ),
  datasetChecks: route(api.datasetChecks, async ({ params }, actor) =>
    (await datasetCheck()).datasetChecks(actor, params),
  ),
  checkDataset: route(api.checkDataset, async ({ params, body }, actor) =>
    (await datasetCheck()).checkDataset(actor, { ...params, ...body }),
  ),
  showWindows: route(api.showWindows, async ({ query }, actor) =>
    (await import('../service/show-windows.ts')).showWindows(actor, query),
  ),
  buildDataset: route(api.buildDataset, async ({ body }, actor) =>
    (await datasets()).buildDataset(actor, body),
  ),
  listRuns: route(api.listRuns, async (_, actor) => (await train()).listRuns(actor)),
  getRun: route(api.getRun, async ({ params }, actor) => (await train()).getRun(actor, params)),
  startRun: route(api.startRun, async ({ body }, actor) => (await train()).startRun(actor, body)),
  cancelRun: route(api.cancelRun, async ({ params }, actor) => (await train()).cancelRun(actor, params)),
  listLearningCurves: route(api.listLearningCurves, async (_, actor) =>
    (await learningCurves()).listLearningCurves(actor),
  ),
  startLearningCurve: route(api.startLearningCurve, async ({ body }, actor) =>
    (await learningCurves()).startLearningCurve(actor, body),
  ),

  listSelfTrainings: route(api.listSelfTrainings, async (_, actor) =>
    (await selfTraining()).listSelfTrainings(actor),
  ),
  getSelfTraining: route(api.getSelfTraining, async ({ params }, actor) =>
    (await selfTraining()).getSelfTraining(actor, params),
  ),
  startSelfTraining: route(api.startSelfTraining, async ({ body }, actor) =>
    (await selfTraining()).startSelfTraining(actor, body),
  ),
  continueRound: route(api.continueRound, async ({ params }, actor) =>
    (await selfTraining()).continueRound(actor, params),
  ),
  cancelRound: route(api.cancelRound, async ({ params }, actor) =>
    (await selfTraining()).cancelRound(actor, params),
  ),
  rejectRound: route(api.rejectRound, async ({ params, body }, actor) =>
    (await selfTraining()).rejectRound(actor, { ...params, ...body }),
  ),
  revertRound: route(api.revertRound, async ({ params, body }, actor) =>
    (await selfTraining()).revertRound(actor, { ...params, ...body }),
  ),
  compareRuns: route(api.compareRuns, async ({ query }, actor) =>
    (await runComparison()).compareRuns(actor, query),
  ),
  resumeRun: route(api.resumeRun, async ({ params }, actor) => (await train()).resumeRun(actor, params)),

  listVersions: route(api.listVersions, async (_, actor) => (await models()).listVersions(actor)),
  getMetrics: route(api.getMetrics, async ({ params }, actor) => (await models()).getMetrics(actor, params)),
  servedModel: route(api.servedModel, async (_, actor) => (await models()).servedModel(actor)),
  modelFile: route(api.modelFile, async ({ params, request }, actor) => {
    const file = await (await models()).openModelFile(actor, params);
    const headers = { etag: `"${file.sha256}"`, 'cache-control': 'private, max-age=31536000, immutable' };
    if (request.headers.get('if-none-match') === headers.etag) {
      // Open already, and read by nobody: its descriptor would stay open.
      await file.stream.cancel();
      return new Response(null, { status: 304, headers });
    }
    return new Response(file.stream, {
      headers: {
        ...headers,
        'content-type': 'application/octet-stream',
        'content-length': String(file.bytes),
      },
    });
  }),
  championName: route(api.championName, async (_, actor) => (await models()).championName(actor)),
  promote: route(api.promote, async ({ params, body }, actor) =>
    (await aliases()).promote(actor, { ...params, ...body }),
  ),
  rollBack: route(api.rollBack, async ({ body }, actor) => (await aliases()).rollBack(actor, body)),
  withdrawAlias: route(api.withdrawAlias, async ({ params, body }, actor) =>
    (await aliases()).withdrawAlias(actor, { ...params, ...body }),
  ),
  uploadModel: route(api.uploadModel, async ({ query, request }, actor) =>
    (await import('../service/import-model.ts')).uploadModel(
      actor,
      query,
      request.body ?? new Blob([]).stream(),
    ),
  ),
  importModel: route(api.importModel, async ({ body }, actor) =>
    (await import('../service/import-model.ts')).importUploadedModel(actor, body),
  ),
  archiveVersion: route(api.archiveVersion, async ({ params }, actor) =>
    (await aliases()).archiveVersion(actor, params),
  ),
  restoreVersion: route(api.restoreVersion, async ({ params }, actor) =>
    (await aliases()).restoreVersion(actor, params),
  ),
  getModelCard: route(api.getModelCard, async ({ params }, actor) =>
    (await import('../service/model-card.ts')).getModelCard(actor, params),
  ),
  listDisagreements: route(api.listDisagreements, async ({ params, query }, actor) =>
    (await import('../service/disagreement.ts')).listDisagreements(actor, { ...params, ...query }),
  ),
  getGate: route(api.getGate, async ({ params, query }, actor) =>
    (await gates()).getGate(actor, { ...params, ...query }),
  ),
  runGate: route(api.runGate, async ({ params, body }, actor) =>
    (await gates()).runGate(actor, { ...params, ...body }),
  ),
  predictWindows: route(api.predictWindows, async ({ params }, actor) =>
    (await predict()).predictWindows(actor, params),
  ),
};

/** Bytes whose address names their content: a browser need not ask for them twice. */
function lastingBytes(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
    },
  });
}
