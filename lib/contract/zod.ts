import { z } from 'zod';

// Before any schema is made: zod's compiled validators need 'unsafe-eval', which the content policy forbids.
z.config({ jitless: true });

export { z };
