/** What is asked of policies, checked at the wall; the document itself is checked by its own schema. */
import * as z from 'zod'
import { POLICY_NAMES } from '../policy.ts'

export const publishPolicy = z.strictObject({ name: z.enum(POLICY_NAMES), document: z.unknown() })
