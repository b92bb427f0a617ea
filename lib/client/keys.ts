/** Names under which answers are kept in the browser; one place, so that what changes them knows what to refresh. */
export const keys = {
  jobs: ['jobs'] as const,
  job: (id: string) => ['jobs', id] as const,
  jobLog: (id: string) => ['jobs', id, 'log'] as const,
  series: ['series'] as const,
  people: ['people'] as const,
  datasets: ['datasets'] as const,
  runs: ['runs'] as const,
  run: (id: number) => ['runs', id] as const,
  models: ['models'] as const,
  metrics: (name: string) => ['models', name, 'metrics'] as const,
  system: ['system'] as const,
};
