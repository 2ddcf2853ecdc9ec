"""The voting engine: 评议需求, 评选项目, 评价绩效 and motions are all one kind of ballot."""
