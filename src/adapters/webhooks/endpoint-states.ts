/** What this process knows of endpoints beyond the host's data: which said that they are gone, and which to leave alone. */
import type { WebhookEndpoint } from './endpoint.ts'

/** Changes as the endpoint answers. */
export interface EndpointState {
  isGone: boolean
  /** Epoch milliseconds; 0: never asked to be left alone. */
  restsUntil: number
  /** How often it was too slow since it last answered; deliveries at the same time count as one. */
  timeouts: number
}

export interface EndpointStates {
  /** The state of one of a tenant's endpoints. */
  of(tenant: string, endpoint: WebhookEndpoint): EndpointState
  /** Forgets all of a tenant's endpoints but these: one that the host takes away and enters again starts anew. */
  keepOnly(tenant: string, endpoints: readonly WebhookEndpoint[]): void
}

export function endpointStates(): EndpointStates {
  const tenants = new Map<string, Map<string, EndpointState>>()
  return {
    of(tenant, endpoint) {
      const states = tenants.get(tenant) ?? new Map<string, EndpointState>()
      const state = states.get(keyOf(endpoint)) ?? { isGone: false, restsUntil: 0, timeouts: 0 }
      tenants.set(tenant, states.set(keyOf(endpoint), state))
      return state
    },
    keepOnly(tenant, endpoints) {
      const states = tenants.get(tenant)
      const keys = new Set(endpoints.map(keyOf))
      for (const key of states?.keys() ?? []) if (!keys.has(key)) states?.delete(key)
      if (states?.size === 0) tenants.delete(tenant)
    },
  }
}

// An endpoint that moves elsewhere has not been heard yet.
function keyOf({ id, url }: WebhookEndpoint): string {
  return `${id}\n${url}`
}
