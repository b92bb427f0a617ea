import { PASSWORD_MIN } from '@/lib/contract/people.ts';

/** Why a new password is not taken; null where it is. */
export function newPasswordProblem(password: string): string | null {
  return password.length < PASSWORD_MIN ? `At least ${PASSWORD_MIN} characters` : null;
}
