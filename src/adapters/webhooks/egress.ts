/** The egress guard: decides, before anything is sent, whether a URL that a stranger gave may be asked, and at which addresses. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isPublicAddress, isWithin, networks } from './public-address.ts'
import { fault } from './webhook-faults.ts'

const LONGEST_URL = 2048
const PORT_OF = { https: 443, http: 80 } as const

/** What may be asked over the network, on behalf of people who enter URLs. */
export interface EgressRules {
  /** Default `['https']`. Add `http` for endpoints inside a network that is trusted, or in tests. */
  readonly schemes?: readonly ('https' | 'http')[]
  /** Default: 443, and 80 where `http` is among the schemes. */
  readonly ports?: readonly number[] | 'any'
  /** Networks that may be asked although they are not public: CIDR ranges or addresses. Default: none. */
  readonly allow?: readonly string[]
  /** All addresses of a name. Asked once a request, and the connection goes to what it said. Default: the system's resolver. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** A URL that was checked, with the addresses to connect to. */
export interface Target {
  readonly url: URL
  /** The host without the brackets of IPv6. */
  readonly hostname: string
  readonly addresses: readonly string[]
}

/** Checks a URL: looks its name up once, and refuses it when any of its addresses is out of bounds. */
export type EgressGuard = (url: string) => Promise<Target>

/**
 * The guard over some rules.
 *
 * The guard refuses with `webhook.url-refused` (scheme, user name, port, form), `webhook.unresolved`, or
 * `webhook.address-refused`: also when only one address of many is out of bounds, since a name that leads inside at all
 * is no name to trust. Names as such are not judged (`localhost` is refused for where it leads).
 *
 * @throws DeskError `webhook.bad-rules` when a network in `allow` is none.
 */
export function egressGuard(rules: EgressRules = {}): EgressGuard {
  const allowed = networks(rules.allow ?? [])
  const resolve = rules.resolve ?? systemAddresses
  return async (text) => {
    const url = checkedUrl(text, rules)
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(hostname) ? [hostname] : await resolved(hostname, resolve)
    for (const address of addresses)
      if (!isPublicAddress(address) && !isWithin(allowed, address))
        throw fault('webhook.address-refused', { host: url.hostname })
    return { url, hostname, addresses }
  }
}

// The parser of the URL standard has made decimal, octal and hexadecimal spellings of IPv4 into plain ones by now.
function checkedUrl(text: string, { schemes = ['https'], ports }: EgressRules): URL {
  const refuse = (reason: string) => fault('webhook.url-refused', { reason })
  const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : null
  if (url === null) throw refuse(`it is no absolute URL of at most ${LONGEST_URL} characters`)
  const scheme = schemes.find((one) => url.protocol === `${one}:`)
  if (scheme === undefined) throw refuse(`it must begin with ${schemes.join(' or ')}`)
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or password')
  if (url.hostname.split('.').includes('')) throw refuse('its host has an empty part, or ends in a dot')
  const port = Number(url.port || PORT_OF[scheme])
  const open = ports ?? schemes.map((one) => PORT_OF[one])
  if (open !== 'any' && !open.includes(port)) throw refuse(`port ${port} is not among ${open.join(', ')}`)
  return url
}

async function resolved(hostname: string, resolve: (hostname: string) => Promise<readonly string[]>) {
  let addresses: readonly string[]
  try {
    addresses = await resolve(hostname)
  } catch (cause) {
    throw fault('webhook.unresolved', { host: hostname }, { cause })
  }
  if (addresses.length === 0) throw fault('webhook.unresolved', { host: hostname })
  return addresses
}

async function systemAddresses(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address)
}
