import { anchoringApi } from './anchoring.ts';
import { compareRunsApi } from './compare-runs.ts';
import { dataApi } from './data.ts';
import { datasetApi } from './dataset.ts';
import { datasetCheckApi } from './dataset-check.ts';
import { disagreementApi } from './disagreement.ts';
import { exploreApi } from './explore.ts';
import { gateApi } from './gate.ts';
import { goldApi } from './gold.ts';
import { gridApi } from './grid.ts';
import { guideApi } from './guide.ts';
import { jobsApi } from './jobs.ts';
import { labelApi } from './label.ts';
import { learningCurveApi } from './learning-curve.ts';
import { modelsApi } from './models.ts';
import { peopleApi } from './people.ts';
import { queueApi } from './queue.ts';
import { recordApi } from './record.ts';
import { replayApi } from './replay.ts';
import { selfTrainingApi } from './self-training.ts';
import { similarApi } from './similar.ts';
import { systemApi } from './system.ts';
import { tokensApi } from './token.ts';
import { trainApi } from './train.ts';
import { windowApi } from './window.ts';

/** Every REST call there is. A call that is not here does not exist; one that is here and has no handler fails to compile. */
export const api = {
  ...systemApi,
  ...peopleApi,
  ...tokensApi,
  ...jobsApi,
  ...dataApi,
  ...labelApi,
  ...gridApi,
  ...queueApi,
  ...guideApi,
  ...recordApi,
  ...goldApi,
  ...anchoringApi,
  ...similarApi,
  ...replayApi,
  ...exploreApi,
  ...datasetApi,
  ...datasetCheckApi,
  ...windowApi,
  ...trainApi,
  ...compareRunsApi,
  ...learningCurveApi,
  ...selfTrainingApi,
  ...modelsApi,
  ...gateApi,
  ...disagreementApi,
};
export type EndpointId = keyof typeof api;
