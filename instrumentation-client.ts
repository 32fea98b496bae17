import { z } from 'zod';

// The content security policy forbids `eval`; zod would try it once and put a violation into the console.
z.config({ jitless: true });
