import type { ModuleRef } from '@nestjs/core'
import { expect, it } from 'vitest'
import { instancesOf } from './registered-api.js'

it('takes no other error of Nest for the absence of a provider', () => {
  const failure = new Error('the provider has a scope')
  const get = () => {
    throw failure
  }
  expect(() => instancesOf({ get } as unknown as ModuleRef, 'token')).toThrow(failure)
})
