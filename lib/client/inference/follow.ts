/** How often open pages ask which version is champion: with the model's start they have it within five seconds. */
export const FOLLOW_MS = 2_000;
