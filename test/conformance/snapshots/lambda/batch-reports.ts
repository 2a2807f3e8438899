/** What the functions of the partial-batch tests answer, by the name of the case. */
export const SUCCESSES: Readonly<Record<string, unknown>> = {
  empty_string_success: '',
  empty_list_success: [],
  null_success: null,
  empty_dict_success: {},
  empty_batch_item_failure_success: { batchItemFailures: [] },
  null_batch_item_failure_success: { batchItemFailures: null },
};

export const FAILURES: Readonly<Record<string, unknown>> = {
  item_identifier_not_present_failure: { batchItemFailures: [{ itemIdentifier: 123 }] },
  empty_string_item_identifier_failure: { batchItemFailures: [{ itemIdentifier: '' }] },
  null_item_identifier_failure: { batchItemFailures: [{ itemIdentifier: null }] },
  invalid_key_foo_failure: { batchItemFailures: [{ foo: 123 }] },
  invalid_key_foo_null_value_failure: { batchItemFailures: [{ foo: null }] },
};
