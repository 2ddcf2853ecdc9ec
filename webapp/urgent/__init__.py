"""不属于本渠道: what somebody says that must not wait in a list of needs, sealed for those named to read it."""
