/** The authorization servers, by their issuers. */
export interface Issuers {
  readonly helseId: string
  readonly maskinporten: string
  readonly entraId: string
  readonly boruta: string
}
