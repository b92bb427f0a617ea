/** SQL for the present moment: columns hold UTC without a zone, where `now()` alone would be in the session's zone. */
export const UTC_NOW = `(now() AT TIME ZONE 'UTC')`;
