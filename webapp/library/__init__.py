"""The library of past years (历年项目库): programmes and projects as they were published, with source and 口径."""
