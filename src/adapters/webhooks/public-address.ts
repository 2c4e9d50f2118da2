/** Says which IP addresses lie on the public internet, so that a webhook reaches nothing inside the host's own network. */
import { BlockList, isIP } from 'node:net'
import { fault } from './webhook-faults.ts'

/**
 * IPv4 ranges that lead nowhere public.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const CLOSED_IPV4 = [
  '0.0.0.0/8', // This network; 0.0.0.0 reaches the machine itself.
  '10.0.0.0/8', // Private.
  '100.64.0.0/10', // Carrier-grade NAT; a cloud's metadata at 100.100.100.200.
  '127.0.0.0/8', // Loopback.
  '168.63.129.16/32', // A public number, yet each virtual machine of Azure finds its host there.
  '169.254.0.0/16', // Link-local; the metadata of most clouds at 169.254.169.254.
  '172.16.0.0/12', // Private.
  '192.0.0.0/24', // Protocol assignments; a cloud's metadata at 192.0.0.192.
  '192.0.2.0/24', // Documentation.
  '192.31.196.0/24', // AS112.
  '192.52.193.0/24', // Automatic multicast tunnelling.
  '192.88.99.0/24', // 6to4 relays.
  '192.168.0.0/16', // Private.
  '192.175.48.0/24', // AS112.
  '198.18.0.0/15', // Benchmarks.
  '198.51.100.0/24', // Documentation.
  '203.0.113.0/24', // Documentation.
  '224.0.0.0/4', // Multicast.
  '240.0.0.0/4', // Reserved, and broadcast.
]

/**
 * Of IPv6 only this is given out for the public. Outside it lie unspecified, loopback, IPv4-mapped and -compatible,
 * NAT64 (`64:ff9b::`), discard, unique local (`fc00::`), link-local, site-local and multicast.
 * @see https://www.iana.org/assignments/ipv6-address-space
 */
const OPEN_IPV6 = ['2000::/3']

/**
 * Ranges within it that lead nowhere public, or carry an IPv4 address which would have to be checked in turn.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const CLOSED_IPV6 = [
  '2001::/23', // Protocol assignments: Teredo, benchmarks, ORCHID.
  '2001:db8::/32', // Documentation.
  '2002::/16', // 6to4.
  '2620:4f:8000::/48', // AS112.
  '3ffe::/16', // The 6bone, given back.
  '3fff::/20', // Documentation.
]

const closed = networks([...CLOSED_IPV4, ...CLOSED_IPV6])
const open = networks(OPEN_IPV6)

/** Whether an address in its plain written form lies on the public internet. Text that is no address does not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4')
  return isWithin(open, address) && !isWithin(closed, address)
}

/** Whether an address lies in one of the networks. One with a zone (`fe80::1%eth0`), or no address at all, does not. */
export function isWithin(list: BlockList, address: string): boolean {
  const family = address.includes('%') ? 0 : isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Networks from CIDR ranges and single addresses.
 *
 * @throws DeskError `webhook.bad-rules` naming the first that is neither.
 */
export function networks(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', width, ...rest] = range.split('/')
    const family = address.includes('%') ? 0 : isIP(address)
    const bits = width === undefined ? (family === 6 ? 128 : 32) : /^\d{1,3}$/.test(width) ? Number(width) : -1
    if (family === 0 || rest.length > 0 || bits < 0 || bits > (family === 6 ? 128 : 32))
      throw fault('webhook.bad-rules', { value: JSON.stringify(range) })
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
